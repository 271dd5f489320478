"""Ridgelines as inline SVG: one row an epoch, its height a true density.

The bins of a document have unequal widths. A bin's count is spread evenly over its own
width before it is drawn, and all rows share one scale, so that an area is a share of
the tower's elements wherever it stands.
"""

from collections.abc import Sequence
from html import escape

from components.curves import BOTTOM, HEIGHT, LEFT, RIGHT, WIDTH, ticks
from training_metrics.document import Histogram

_COLUMNS, _COLUMN_WIDTH = 88, 4  # 88 of 4 fill the plot
_ROWS = 16
_LIFT = 46.0  # of the highest column above its row's base
_LABEL_HEIGHT = 12.0
_TAIL_SHARE = 0.005  # of an epoch's elements, left out at each end and said

assert _COLUMNS * _COLUMN_WIDTH == WIDTH - LEFT - RIGHT


def ridgeline(title: str, epochs: Sequence[int], histogram: Histogram) -> str:
    """One figure, or "" where no epoch has a histogram.

    Args:
        title: Above it.
        epochs: [epochs], as the document has them.
        histogram: Its `counts` are [epochs][bins].
    """
    rows = {
        epoch: counts
        for epoch, counts in zip(epochs, histogram.counts, strict=True)
        if counts is not None and any(counts)
    }
    if not rows:
        return ""
    low, high = _range(histogram.bin_edges, list(rows.values()))
    drawn = {epoch: rows[epoch] for epoch in _chosen(list(rows))}
    shares = {
        epoch: _shares(histogram.bin_edges, counts, low, high)
        for epoch, counts in drawn.items()
    }
    outside = max(0.0, 1 - min(sum(row) for row in shares.values()))
    note = f"{len(drawn)} of {len(rows)} epochs, one scale"
    if outside > 1e-9:
        note += f"; at most {outside:.2%} of an epoch's elements lie beyond the axis"
    label = escape(f"{title}, ridgeline of epochs {min(drawn)} to {max(drawn)}")
    return (
        f"<figure><figcaption>{escape(title)}</figcaption><p>{note}</p>"
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">'
        f'{_axis(low, high)}<g class="c1 ridge">{_rows(shares)}</g></svg></figure>'
    )


def _chosen(epochs: list[int]) -> list[int]:
    """Evenly spread, with the first and the last."""
    last = len(epochs) - 1
    if last < _ROWS:
        return epochs
    return [epochs[round(row * last / (_ROWS - 1))] for row in range(_ROWS)]


def _range(edges: Sequence[float], rows: list[list[int]]) -> tuple[float, float]:
    """What is left when each end loses at most a tail of any epoch's elements."""
    first, last = 0, len(edges) - 2
    while first < last and all(_is_tail(row, row[: first + 1]) for row in rows):
        first += 1
    while last > first and all(_is_tail(row, row[last:]) for row in rows):
        last -= 1
    return edges[first], edges[last + 1]


def _is_tail(row: list[int], end: list[int]) -> bool:
    return sum(end) <= _TAIL_SHARE * sum(row)


def _shares(
    edges: Sequence[float], counts: Sequence[int], low: float, high: float
) -> list[float]:
    """[columns]: of all elements, the share that lies in each equal column."""
    total, width = sum(counts), (high - low) / _COLUMNS
    shares = [0.0] * _COLUMNS
    for left, right, count in zip(edges, edges[1:], counts, strict=False):
        if not count or right <= low or left >= high:
            continue
        first = max(0, int((left - low) / width))
        last = min(_COLUMNS - 1, int((right - low) / width))
        for column in range(first, last + 1):
            start = low + column * width
            overlap = min(right, start + width) - max(left, start)
            if overlap > 0:
                shares[column] += count / total * overlap / (right - left)
    return shares


def _rows(shares: dict[int, list[float]]) -> str:
    top = max(max(row) for row in shares.values())
    base, between = _LIFT + 6, 0.0
    if len(shares) > 1:
        between = (HEIGHT - BOTTOM - base) / (len(shares) - 1)
    drawn, labelled, last = "", -100.0, base + (len(shares) - 1) * between
    for number, (epoch, row) in enumerate(shares.items()):
        y = base + number * between
        drawn += f'<path d="M{LEFT} {y:.1f}{_outline(row, top)}"/>'
        has_room = min(y - labelled, last - y) >= _LABEL_HEIGHT
        if has_room or number == len(shares) - 1:
            labelled = y
            drawn += (
                f'<text x="{LEFT - 8}" y="{y:.1f}" text-anchor="end">{epoch}</text>'
            )
    return drawn


def _outline(row: list[float], top: float) -> str:
    """Steps from the base to each column's height and back to the base."""
    drawn, at = "", 0.0
    for share in row:
        height = round(share / top * _LIFT, 1)
        drawn += (
            f"v{at - height:.1f}h{_COLUMN_WIDTH}"
            if height != at
            else (f"h{_COLUMN_WIDTH}")
        )
        at = height
    return f"{drawn}v{at:.1f}"


def _axis(low: float, high: float) -> str:
    drawn = ""
    for value in ticks(low, high):
        x = LEFT + (value - low) / (high - low) * (WIDTH - LEFT - RIGHT)
        drawn += (
            f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" '
            f'y1="0" y2="{HEIGHT - BOTTOM}"/>'
            f'<text x="{x:.1f}" y="{HEIGHT - 8}" '
            f'text-anchor="middle">{value:.4g}</text>'
        )
    return drawn
