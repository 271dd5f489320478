"""Single numbers and series: which values are fine, and what the others are."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import Any, Final

from training_metrics.document import COUNT_LIMIT
from training_metrics.repair.epochs import EpochOrder
from training_metrics.repair.free import fix_free
from training_metrics.repair.notes import Notes

ABSENT: Final = object()
"""In the place of a series that has moved into an anomaly."""

_PLAIN: Final = frozenset({float, int, type(None)})
_NUMBER: Final = re.compile(r"\s*-?\d{1,400}(\.\d{1,400})?([eE][+-]?\d{1,4})?\s*")
_NON_FINITE: Final = {
    "nan": "nan",
    "inf": "+inf",
    "+inf": "+inf",
    "infinity": "+inf",
    "+infinity": "+inf",
    "-inf": "-inf",
    "-infinity": "-inf",
}


def fix_series(notes: Notes, path: str, values: Any, order: EpochOrder) -> Any:
    """A series with one entry per epoch.

    Returns:
        The list; `ABSENT` where the number of entries is not the number of epochs, so
        that nobody knows whose they are; anything that is no series as it is.
    """
    if isinstance(values, (int, float, str)):
        notes.find(path, "one value, not a list", "read as a list of one")
        values = [values]
    if not isinstance(values, list):
        return values
    if len(values) != order.count:
        return unknown_epochs(notes, path, values, len(values), order)
    values = order.arrange(values)
    if is_plain(values):
        return values
    read = [read_number(value) for value in values]
    kinds: Counter[str] = Counter()
    for (_, kind), epoch in zip(read, order.epochs, strict=True):
        if kind is not None:
            kinds[kind] += 1
        if kind not in (None, "text"):
            notes.mark(path, str(kind), epoch=epoch)
    notes.tell(path, kinds)
    return [value for value, _ in read]


def unknown_epochs(
    notes: Notes, path: str, values: Any, count: int, order: EpochOrder
) -> Any:
    """Moves values whose epochs nobody knows into an anomaly."""
    what = f"{count} entries for {order.count} epochs, so whose they are is unknown"
    notes.find(path, what, "kept in anomalies, drawn nowhere")
    notes.mark(path, "unknown_epochs", values=fix_free(notes, path, values))
    return ABSENT


def fix_final(notes: Notes, path: str, value: Any) -> Any:
    """One number of `final_metrics`."""
    if isinstance(value, (list, dict)):
        return value
    number, kind = read_number(value)
    if kind is not None:
        notes.tell(path, Counter([kind]))
    if kind not in (None, "text"):
        notes.mark(path, str(kind))
    return number


def is_plain(values: list[Any]) -> bool:
    """Whether all entries are finite floats, 64-bit integers and None."""
    types = set(map(type, values))
    if not types <= _PLAIN or math.inf in values or -math.inf in values:
        return False
    return int not in types or all(
        type(v) is not int or -COUNT_LIMIT <= v <= COUNT_LIMIT for v in values
    )


def read_number(value: Any) -> tuple[float | int | None, str | None]:
    """A number and None, or what is odd about it: `text`, or an anomaly's kind."""
    kind: str | None = None
    if isinstance(value, str):
        word = value.strip().lower()
        if word in _NON_FINITE:
            return None, _NON_FINITE[word]
        if not _NUMBER.fullmatch(value):
            return None, "not_a_number"
        value, kind = float(value), "text"
    if value is None or (type(value) is int and -COUNT_LIMIT <= value <= COUNT_LIMIT):
        return value, kind
    if type(value) not in (int, float):
        return None, "not_a_number"
    try:
        wide = float(value)
    except OverflowError:
        wide = math.inf
    return (wide, kind) if math.isfinite(wide) else (None, "too_large")
