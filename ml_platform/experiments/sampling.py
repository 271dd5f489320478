"""Which epochs of a long run the cache keeps.

Every epoch up to `KEEP_ALL`; beyond that at most `KEEP_AT_MOST`, always with the
first, the last, each series' lowest and highest (one of which is its best), each
anomaly and its neighbours. Should those alone exceed the limit, they are kept in that
order and the rest are counted, never dropped in silence.
"""

from collections.abc import Iterable, Sequence

KEEP_ALL = 200
KEEP_AT_MOST = 400

Series = Sequence[float | None]


def indexes_kept(
    *, epochs: Sequence[int], series: Iterable[Series], marked: Iterable[int]
) -> tuple[list[int], int]:
    """Chooses list indexes to keep.

    Args:
        epochs: The run's epochs, strictly increasing.
        series: Every scalar series, each as long as `epochs`.
        marked: Epochs with an anomaly or a finding.

    Returns:
        The kept indexes in rising order, and how many marks found no room.
    """
    count = len(epochs)
    if count <= KEEP_ALL:
        return list(range(count)), 0
    needed: dict[int, None] = {0: None, count - 1: None}
    for values in series:
        needed.update(dict.fromkeys(_extremes(values)))
    at = {epoch: index for index, epoch in enumerate(epochs)}
    marks = [at[epoch] for epoch in marked if epoch in at]
    needed.update(dict.fromkeys(marks))
    for index in marks:
        beside = (i for i in (index - 1, index + 1) if 0 <= i < count)
        needed.update(dict.fromkeys(beside))
    kept = list(needed)[:KEEP_AT_MOST]
    return _filled(kept, count), len(needed) - len(kept)


def _extremes(values: Series) -> list[int]:
    finite = [index for index, value in enumerate(values) if value is not None]
    if not finite:
        return []
    return [
        min(finite, key=lambda index: (values[index], index)),
        max(finite, key=lambda index: (values[index], -index)),
    ]


def _filled(kept: list[int], count: int) -> list[int]:
    chosen = set(kept)
    room = KEEP_AT_MOST - len(chosen)
    if room > 0:
        step = (count - 1) / room
        evenly = (round(i * step) for i in range(room))
        chosen.update(evenly)
    return sorted(chosen)
