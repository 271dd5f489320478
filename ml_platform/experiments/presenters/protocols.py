"""How an evaluation protocol is said, wherever a recall is shown."""

from ml_platform.experiments.presenters.recall import split_word


def protocol_words(split: str, candidates: int | None, k_counts: str = "") -> str:
    """Returns `by time, 3,609 candidates`, and what counts as a hit where given."""
    if not split:
        return "unknown protocol"
    parts = [split_word(split)]
    if candidates is not None:
        parts.append(f"{candidates:,} candidates")
    return ", ".join([*parts, *([k_counts] if k_counts else [])])
