"""Which pages of many runs are photographed: a name and an address each.

Numbers in addresses are those that `screenshots` gives the runs of `many_samples`.
"""

_CHOSEN = "/experiments/?ids=29,28,14,26"
EMPTY_SHOTS = (
    ("state-empty-list", "/experiments/"),
    ("state-empty-leaderboard", "/experiments/leaderboard/"),
)
"""Pages before there is any run."""

LIST_SHOTS = (
    ("runs-chosen", _CHOSEN),
    ("runs-columns", f"{_CHOSEN}#columns"),
    ("runs-no-match", "/experiments/?search=two-tower&days=1&split=random"),
    ("compare", "/experiments/compare/?ids=1,11,2,14,13"),
    ("leaderboard", "/experiments/leaderboard/"),
    ("scatter", "/experiments/scatter/"),
    ("scatter-categories", "/experiments/scatter/?param=optimizer"),
    ("heatmap", "/experiments/heatmap/"),
)
