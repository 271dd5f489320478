"""A scatter of one final metric against one parameter, in percent of the plot.

The picture is drawn by the server: every position is a share of the plot's width or
height, so that the same markup fits a phone. A parameter whose values are all numbers
has a linear or a logarithmic axis; any other has one place a value.
"""

import math
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.urls import reverse

from ml_platform.experiments.presenters import numbers
from ml_platform.experiments.presenters.axis_ticks import (
    log_ticks,
    round_ticks,
    tick_words,
)
from ml_platform.experiments.presenters.finals import Metric

MOST_CATEGORIES = 12
_LOG_FROM = 20
"""From this ratio of largest to smallest on, the usual axis is logarithmic."""
_OTHERS = "others"
_EDGE = 3.0
_ROOM = 7.0
"""Percent of the width that a tick's word needs."""
_SPREAD_PX = (0, 6, -6, 12, -12, 18, -18)


@dataclass(frozen=True)
class Tick:
    """A place on an axis, in percent, and its word."""

    at: float
    word: str
    title: str = ""


@dataclass(frozen=True)
class Point:
    """A run: place in percent, shift in px within its category, and its texts."""

    x: float
    y: float
    shift: int
    url: str
    number: int
    name: str
    param: str
    value: str
    best: bool


@dataclass(frozen=True)
class Scatter:
    """The picture; `kind` is linear, log or category. Points run from best to worst."""

    kind: str
    kinds: list[str]
    points: list[Point]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    without: int
    summary: str


def scatter(
    rows: list[dict[str, Any]], metric: Metric, param: str, scale: str = ""
) -> Scatter:
    """Returns the picture of rows as `selectors.rankings.points_get` gives them.

    Args:
        rows: Runs with `params` and the metric's `value`.
        metric: The vertical axis.
        param: The parameter of the horizontal axis.
        scale: `linear` or `log` where the parameter allows it, else the usual one.
    """
    told = [row for row in rows if row["params"].get(param) not in (None, "")]
    told.sort(key=lambda row: row["value"], reverse=metric.higher_is_better)
    values = [row["params"][param] for row in told]
    kinds = _kinds(values)
    kind = scale if scale in kinds else kinds[0]
    places, x_ticks = _across(values, kind)
    heights, y_ticks = _up([row["value"] for row in told], metric)
    return Scatter(
        kind=kind,
        kinds=kinds,
        points=[
            _point(row, metric, param, place, height, row["value"] == told[0]["value"])
            for row, place, height in zip(told, places, heights, strict=True)
        ],
        x_ticks=x_ticks,
        y_ticks=y_ticks,
        without=len(rows) - len(told),
        summary=_summary(told, metric, param),
    )


def _kinds(values: list[Any]) -> list[str]:
    """Returns the axes that these values allow, the usual one first."""
    if not values or not all(_is_number(value) for value in values):
        return ["category"]
    low, high = min(values), max(values)
    if low <= 0 or low == high:
        return ["linear"]
    return ["log", "linear"] if high / low >= _LOG_FROM else ["linear", "log"]


def _across(values: list[Any], kind: str) -> tuple[list[tuple[float, int]], list[Tick]]:
    if kind == "category":
        return _categories([numbers.param(value) for value in values])
    scaled = [math.log10(value) if kind == "log" else float(value) for value in values]
    at = _scale(min(scaled), max(scaled))
    places = [(at(value), 0) for value in scaled]
    own = {
        at(one): numbers.param(value) for one, value in zip(scaled, values, strict=True)
    }
    if _far_apart(sorted(own)):
        return places, [Tick(place, word) for place, word in sorted(own.items())]
    if kind == "log" and (decades := log_ticks(min(values), max(values))):
        return places, [Tick(at(math.log10(n)), numbers.param(n)) for n in decades]
    ticks = round_ticks(min(scaled), max(scaled))
    words = [10**tick if kind == "log" else tick for tick in ticks]
    return places, [
        Tick(at(tick), word)
        for tick, word in zip(ticks, tick_words(words), strict=True)
    ]


def _far_apart(places: list[float]) -> bool:
    """Whether few values were tried, so that each of them can name its place."""
    gaps = [after - before for before, after in pairwise(places)]
    return min(gaps, default=100) >= _ROOM


def _categories(words: list[str]) -> tuple[list[tuple[float, int]], list[Tick]]:
    counted = Counter(words)
    kept = sorted(word for word, _ in counted.most_common(MOST_CATEGORIES))
    if len(counted) > MOST_CATEGORIES:
        kept.append(_OTHERS)
    step = 100 / len(kept) if kept else 100
    middle = {word: round(step * (i + 0.5), 2) for i, word in enumerate(kept)}
    seen: Counter[str] = Counter()
    places = []
    for word in words:
        known = word if word in middle else _OTHERS
        places.append((middle[known], _SPREAD_PX[seen[known] % len(_SPREAD_PX)]))
        seen[known] += 1
    return places, [Tick(at, _short(word), word) for word, at in middle.items()]


def _up(values: list[float], metric: Metric) -> tuple[list[float], list[Tick]]:
    if not values:
        return [], []
    at = _scale(min(values), max(values))
    share = metric.word.endswith("%")
    factor = 100 if share else 1
    ticks = round_ticks(min(values) * factor, max(values) * factor)
    return [round(100 - at(value), 2) for value in values], [
        Tick(round(100 - at(tick / factor), 2), word)
        for tick, word in zip(ticks, tick_words(ticks), strict=True)
    ]


def _point(
    row: dict[str, Any],
    metric: Metric,
    param: str,
    place: tuple[float, int],
    height: float,
    best: bool,
) -> Point:
    return Point(
        x=place[0],
        y=height,
        shift=place[1],
        url=reverse("experiments:run", args=[row["pk"]]),
        number=row["number"],
        name=row["name"],
        param=numbers.param(row["params"][param]),
        value=metric.show(row["value"]),
        best=best,
    )


def _scale(low: float, high: float) -> Any:
    """Returns a function from a value to percent, the ends a little inside."""
    span = high - low
    if not span:
        return lambda value: 50.0
    return lambda value: round(_EDGE + (100 - 2 * _EDGE) * (value - low) / span, 2)


def _short(word: str) -> str:
    return word if len(word) <= 14 else f"{word[:13]}…"


def _is_number(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value)


def _summary(rows: list[dict[str, Any]], metric: Metric, param: str) -> str:
    if not rows:
        return f"No run has both {metric.word} and {param}."
    best = rows[0]
    return (
        f"{metric.word} against {param}: {len(rows)} run{'s' * (len(rows) != 1)}; best "
        f"{metric.show(best['value'])} at {numbers.param(best['params'][param])}, "
        f"#{best['number']} {best['name']}."
    )
