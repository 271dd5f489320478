"""Two runs compared row by row; what differs goes into a verdict by its name.

Rows are compared as multisets, so a dropped, doubled or swapped row is found as surely
as a changed one.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from ml_platform.mlflow_exit.points import Point, Points
from ml_platform.mlflow_exit.runs import HeldRun
from ml_platform.mlflow_exit.verdict import Line, Row, Verdict


def run_compare(verdict: Verdict, here: HeldRun, there: HeldRun) -> None:
    """Adds what differs between a run on two sides, and counts the points of both."""
    for what, mine, theirs in (
        ("column", list(here.columns.items()), list(there.columns.items())),
        ("param", here.params, there.params),
        ("tag", here.tags, there.tags),
    ):
        name = {"what": what, "run_id": there.run_id}
        _rows_compare(verdict, name, mine, theirs, _named_pair)
    _points_compare(verdict, there.run_id, here.points, there.points)


def _points_compare(verdict: Verdict, run_id: str, here: Points, there: Points) -> None:
    """Row by row only where the columns are unlike, which takes much longer."""
    if here == there:
        verdict.points += len(here)
        return
    name = {"what": "point", "run_id": run_id}
    _rows_compare(verdict, name, here, there, _named_point)
    verdict.points += sum((Counter(here) & Counter(there)).values())


def _rows_compare(
    verdict: Verdict,
    name: Line,
    here: Iterable[Row],
    there: Iterable[Row],
    named: Callable[[Any], tuple[Line, str]],
) -> None:
    """Compares two multisets of rows; rows of one name on both sides differ."""
    mine, theirs = Counter(here), Counter(there)
    only_here, only_there = (
        _by_name(mine - theirs, named),
        _by_name(theirs - mine, named),
    )
    for key in sorted(only_here.keys() | only_there.keys()):
        line = name | dict(key)
        left, right = only_here.get(key, []), only_there.get(key, [])
        for a, b in zip(left, right, strict=False):
            verdict.differ.append(line | {"here": a, "there": b})
        common = min(len(left), len(right))
        verdict.missing_there += [line | {"here": a} for a in left[common:]]
        verdict.missing_here += [line | {"there": b} for b in right[common:]]


def _by_name(
    rows: Counter[Row], named: Callable[[Any], tuple[Line, str]]
) -> dict[tuple[tuple[str, Any], ...], list[str]]:
    found: dict[tuple[tuple[str, Any], ...], list[str]] = {}
    for row in rows.elements():
        name, shown = named(row)
        found.setdefault(tuple(name.items()), []).append(shown)
    return {name: sorted(shown) for name, shown in found.items()}


def _named_pair(row: tuple[str, Any]) -> tuple[Line, str]:
    return {"key": row[0]}, repr(row[1])


def _named_point(point: Point) -> tuple[Line, str]:
    shown = "nan" if point.is_nan else repr(point.value)
    bits = point.bits & (2**64 - 1)
    name = {"key": point.key, "step": point.step}
    return name, f"{shown} (0x{bits:016x}) at {point.timestamp_ms} ms"
