"""Line charts as inline SVG: no script, no file beside, readable in light and dark.

Marks follow the pages' rules: a gap stays a gap, a NaN is a hollow triangle at the
lower edge, an infinity a filled one at its edge, the best epoch a ring, an event such
as a collapse a dashed line with its word.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 420, 180
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 14, 26
_COLUMNS = 140  # of a long curve; each keeps its lowest and its highest value
NOT_FINITE = {"nan": "NaN", "+inf": "+Inf", "-inf": "−Inf"}
_EXTREME = 1e300  # beyond it values sit at the edge: spans would overflow


@dataclass(frozen=True)
class Curve:
    """One series.

    Attributes:
        name: As the document has it.
        values: One per epoch; None where there is none.
        marks: (epoch, kind) of its non-finite values: `nan`, `+inf`, `-inf`.
        best: The epoch to ring, or None.
    """

    name: str
    values: Sequence[float | None]
    marks: Sequence[tuple[int, str]] = ()
    best: int | None = None


@dataclass(frozen=True)
class Event:
    """Something that began at an epoch.

    Attributes:
        epoch: Where.
        word: What, in a word or two.
    """

    epoch: int
    word: str


def chart(
    title: str,
    epochs: Sequence[int],
    curves: Sequence[Curve],
    events: Sequence[Event] = (),
) -> str:
    """One figure with its legend, or "" when there is nothing to draw.

    A series of nothing but NaN has its marks, on an axis without values.
    """
    finite = [v for curve in curves for v in curve.values if v is not None]
    if not finite and not any(curve.marks for curve in curves):
        return ""
    scale = _Scale.of(epochs, finite or [0.0])
    lines = "".join(
        _curve(curve, epochs, scale, number) for number, curve in enumerate(curves, 1)
    )
    legend = "".join(
        f'<li class="c{number}">{escape(curve.name)} <b>{_last(curve, epochs)}</b></li>'
        for number, curve in enumerate(curves, 1)
    )
    label = escape(f"{title}, epochs {epochs[0]} to {epochs[-1]}")
    return (
        f"<figure><figcaption>{escape(title)}</figcaption><ul>{legend}</ul>"
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">'
        f"{_axes(epochs, scale, bool(finite))}{lines}{_events(events, scale)}"
        "</svg></figure>"
    )


@dataclass(frozen=True)
class _Scale:
    first: int
    last: int
    low: float
    high: float

    @classmethod
    def of(cls, epochs: Sequence[int], finite: Sequence[float]) -> "_Scale":
        low = max(min(finite), -_EXTREME)
        high = min(max(finite), _EXTREME)
        pad = (high - low) * 0.06 or abs(high) * 0.06 or 1.0
        return cls(epochs[0], epochs[-1], low - pad, high + pad)

    def x(self, epoch: int) -> float:
        span = max(self.last - self.first, 1)
        return LEFT + (epoch - self.first) / span * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        within = min(max(value, self.low), self.high)
        share = (within - self.low) / (self.high - self.low)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _curve(curve: Curve, epochs: Sequence[int], scale: _Scale, number: int) -> str:
    drawn = "".join(
        _segment(segment, scale) for segment in _segments(epochs, curve.values)
    )
    drawn += _marks(curve.marks, scale)
    if curve.best is not None and curve.best in epochs:
        value = curve.values[list(epochs).index(curve.best)]
        if value is not None:
            x, y = scale.x(curve.best), scale.y(value)
            drawn += f'<circle class="best" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'
    return f'<g class="c{number}">{drawn}</g>'


def _segments(
    epochs: Sequence[int], values: Sequence[float | None]
) -> list[list[tuple[int, float]]]:
    """Runs of epochs that have a value; what lies between them is a gap."""
    segments: list[list[tuple[int, float]]] = [[]]
    for epoch, value in zip(epochs, values, strict=True):
        if value is None:
            segments.append([])
        else:
            segments[-1].append((epoch, value))
    return [segment for segment in segments if segment]


def _thinned(points: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """At most two points a column, so that no peak is lost and a page stays small."""
    if len(points) <= 2 * _COLUMNS:
        return points
    size = -(-len(points) // _COLUMNS)
    kept: list[tuple[int, float]] = []
    for start in range(0, len(points), size):
        column = points[start : start + size]
        ends = {min(column, key=_value), max(column, key=_value)}
        kept.extend(sorted(ends))
    return kept


def _value(point: tuple[int, float]) -> float:
    return point[1]


def _segment(points: list[tuple[int, float]], scale: _Scale) -> str:
    points = _thinned(points)
    at = [(scale.x(epoch), scale.y(value)) for epoch, value in points]
    if len(at) == 1:
        return f'<circle cx="{at[0][0]:.1f}" cy="{at[0][1]:.1f}" r="2"/>'
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
    return f'<polyline points="{path}"/>'


def _marks(marks: Sequence[tuple[int, str]], scale: _Scale) -> str:
    """A triangle for each, or for each column that has one where they are many."""
    step = 0.1 if len(marks) <= _COLUMNS else (WIDTH - LEFT - RIGHT) / _COLUMNS
    drawn = ""
    for kind in NOT_FINITE:
        at = {round(scale.x(epoch) / step) * step for epoch, k in marks if k == kind}
        if not at:
            continue
        edge, height = (TOP, 9) if kind == "+inf" else (HEIGHT - BOTTOM, -9)
        path = "".join(f"M{x:.1f} {edge}l-5 {height}h10z" for x in sorted(at))
        style = "hollow" if kind == "nan" else "filled"
        drawn += f'<path class="{style}" d="{path}"/>'
    return drawn


def _axes(epochs: Sequence[int], scale: _Scale, has_values: bool) -> str:
    drawn = ""
    for value in ticks(scale.low, scale.high) if has_values else ():
        y = scale.y(value)
        drawn += (
            f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" '
            f'y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:.4g}</text>'
        )
    for epoch in sorted({epochs[0], epochs[len(epochs) // 2], epochs[-1]}):
        anchor = "end" if epoch == epochs[-1] != epochs[0] else "middle"
        drawn += (
            f'<text x="{scale.x(epoch):.1f}" y="{HEIGHT - 8}" '
            f'text-anchor="{anchor}">{epoch}</text>'
        )
    return drawn


def _events(events: Sequence[Event], scale: _Scale) -> str:
    drawn = ""
    for number, event in enumerate(events):
        x = scale.x(event.epoch)
        anchor, beside = ("end", -4) if x > WIDTH / 2 else ("start", 4)
        drawn += (
            f'<line class="event" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" '
            f'y2="{HEIGHT - BOTTOM}"/><text x="{x + beside:.1f}" '
            f'y="{TOP + 10 + 13 * (number % 6)}" text-anchor="{anchor}">'
            f"{escape(event.word)}, epoch {event.epoch}</text>"
        )
    return drawn


def ticks(low: float, high: float) -> list[float]:
    """Three to six round values between the two."""
    span = (high - low) / 4
    step = 10.0 ** math.floor(math.log10(span))
    step *= next(factor for factor in (1, 2, 5, 10) if step * factor >= span)
    first = math.ceil(low / step)
    return [n * step for n in range(first, math.floor(high / step) + 1)]


def _last(curve: Curve, epochs: Sequence[int]) -> str:
    """The last epoch's value, or which kind of not finite it is, or a dash."""
    known: list[tuple[int, str]] = [
        (epoch, f"{value:.4g}")
        for epoch, value in zip(epochs, curve.values, strict=True)
        if value is not None
    ]
    known = known[-1:] + [(epoch, NOT_FINITE[kind]) for epoch, kind in curve.marks]
    return max(known)[1] if known else "–"
