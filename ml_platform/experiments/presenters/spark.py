"""A sparkline's geometry: points in a box of fixed size, each on its own scale."""

from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT, PAD = 84, 20, 3


@dataclass(frozen=True)
class Spark:
    """Lines (broken at gaps), the best point and the end."""

    lines: list[str]
    best_x: float
    best_y: float
    end_x: float
    end_y: float


def spark(told: dict[str, Any]) -> Spark | None:
    """Returns the drawing, None for fewer than two points."""
    values, epochs = told.get("values") or [], told.get("epochs") or []
    finite = [value for value in values if value is not None]
    if len(finite) < 2:
        return None
    low, span = min(finite), (max(finite) - min(finite)) or 1.0
    across = (epochs[-1] - epochs[0]) or 1

    def at(index: int) -> tuple[float, float]:
        x = PAD + (WIDTH - 2 * PAD - 6) * (epochs[index] - epochs[0]) / across
        y = HEIGHT - PAD - (HEIGHT - 2 * PAD) * (values[index] - low) / span
        return round(x, 1), round(y, 1)

    lines: list[list[str]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            lines.append([])
        else:
            lines[-1].append("{},{}".format(*at(index)))
    last = max(i for i, value in enumerate(values) if value is not None)
    best, (end_x, end_y) = at(told["best"]), at(last)
    # The end's glyph stands beside the best one's dot, never on it.
    end_x = max(end_x, best[0] + 7)
    # A lone point is drawn as a line to itself, which round caps make a dot.
    points = [" ".join(line * 2 if len(line) == 1 else line) for line in lines if line]
    return Spark(points, *best, end_x, end_y)
