"""Which pages of many runs are photographed: a name and an address each.

Numbers in addresses are those that `screenshots` gives the runs of `many_samples`.
"""

_CHOSEN = "/experiments/?ids=24,23,9,21"
EMPTY_SHOTS = (
    ("state-empty-list", "/experiments/"),
    ("state-empty-leaderboard", "/experiments/leaderboard/"),
)
"""Pages before there is any run."""

LIST_SHOTS = (
    ("runs-chosen", _CHOSEN),
    ("runs-columns", f"{_CHOSEN}#columns"),
    ("runs-no-match", "/experiments/?search=two-tower&days=1&split=random"),
    ("compare", "/experiments/compare/?ids=1,6,2,9,8"),
    ("leaderboard", "/experiments/leaderboard/"),
    ("scatter", "/experiments/scatter/"),
    ("scatter-categories", "/experiments/scatter/?param=optimizer"),
    ("heatmap", "/experiments/heatmap/"),
)


def at_both_widths(
    shots: tuple[tuple[str, str], ...],
) -> list[tuple[str, str, int]]:
    """Returns each one at a desk's width and at a phone's, in CSS px."""
    return [
        (f"{name}{end}", path, width)
        for name, path in shots
        for end, width in (("", 1440), ("-phone", 390))
    ]
