"""MLflow's tables as files hold them: which columns, in which order, of which kind.

The orders are those of PostgreSQL, where a column that a later version added comes
last; a file without names, of an older version, holds the beginning of such a list.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

ORDERS = {
    "experiments": [
        *("experiment_id", "name", "artifact_location", "lifecycle_stage"),
        *("creation_time", "last_update_time", "workspace"),
    ],
    "runs": [
        *("run_uuid", "name", "source_type", "source_name", "entry_point_name"),
        *("user_id", "status", "start_time", "end_time", "source_version"),
        *("lifecycle_stage", "artifact_uri", "experiment_id", "deleted_time"),
    ],
    "metrics": ["key", "value", "timestamp", "run_uuid", "step", "is_nan"],
    "params": ["key", "value", "run_uuid"],
    "tags": ["key", "value", "run_uuid"],
    "experiment_tags": ["key", "value", "experiment_id"],
    "latest_metrics": ["key", "value", "timestamp", "step", "is_nan", "run_uuid"],
}
"""Columns of each table that is read, `latest_metrics` only to check `metrics` by."""

NEEDED = {
    "experiments": {"experiment_id", "name"},
    "runs": {"run_uuid", "status", "experiment_id"},
    "metrics": {"key", "value", "timestamp", "run_uuid"},
    "params": {"key", "value", "run_uuid"},
    "tags": {"key", "value", "run_uuid"},
    "experiment_tags": {"key", "value", "experiment_id"},
    "latest_metrics": {"key", "value", "timestamp", "step", "is_nan", "run_uuid"},
}
"""Columns that a file with names must have."""

SHORTEST = {"experiments": 4, "runs": 13, "metrics": 4}
"""How many columns the oldest version had, where that is not all of them."""

MAY_LACK = frozenset({"experiment_tags", "latest_metrics"})
"""Tables that old versions, or exports, do not have."""

_WHOLE = frozenset({"experiment_id", "timestamp", "step"})
_WHOLE |= {"creation_time", "last_update_time", "start_time", "end_time"}
_WHOLE |= {"deleted_time"}
_PRESENT = frozenset({"run_uuid", "experiment_id", "key", "timestamp", "step"})
_PRESENT |= {"is_nan", "status"}
_WORDS = {
    "status": {"SCHEDULED", "RUNNING", "FINISHED", "FAILED", "KILLED"},
    "lifecycle_stage": {"active", "deleted"},
}
_TRUTHS = {"t": 1, "true": 1, "1": 1, "f": 0, "false": 0, "0": 0}
_INTEGER = re.compile(r"-?[0-9]{1,19}")
_FLOAT = re.compile(r"-?([0-9.]+([eE][-+]?[0-9]+)?|Infinity)|NaN")

NAN = b"NaN"
"""Stands for a NaN, which SQLite cannot keep."""

Kind = Callable[[str | None], Any]


def is_text(table: str, column: str) -> bool:
    """Says whether `kind_of` gives the column's values as bytes of text."""
    is_number = column in _WHOLE or column == "is_nan"
    return not is_number and not _is_metric_value(table, column)


def kind_of(table: str, column: str) -> Kind:
    """Returns what makes of a text what SQLite is given; ValueError where it is none.

    Text is given as bytes: SQLite's module takes no text that is no UTF-8.
    """
    if _is_metric_value(table, column):
        return _float
    kind: Kind = _text
    if column == "is_nan":
        kind = _truth
    elif column in _WHOLE:
        kind = _whole
    elif column in _WORDS:
        kind = partial(_word, _WORDS[column])
    return kind if column in _PRESENT else partial(_optional, kind)


def _is_metric_value(table: str, column: str) -> bool:
    return column == "value" and table in ("metrics", "latest_metrics")


def _optional(kind: Kind, text: str | None) -> Any:
    return None if text is None else kind(text)


def _text(text: str | None) -> bytes:
    if text is None:
        raise ValueError(text)
    return text.encode("utf-8", "surrogateescape")


def _float(text: str | None) -> float | bytes:
    if text is None or not _FLOAT.fullmatch(text):
        raise ValueError(text)
    return NAN if text == "NaN" else float(text)


def _whole(text: str | None) -> int:
    value = int(text) if text is not None and _INTEGER.fullmatch(text) else 2**63
    if not -(2**63) <= value < 2**63:
        raise ValueError(text)
    return value


def _word(words: set[str], text: str | None) -> bytes:
    if text not in words:
        raise ValueError(text)
    return _text(text)


def _truth(text: str | None) -> int:
    if text is None or text.lower() not in _TRUTHS:
        raise ValueError(text)
    return _TRUTHS[text.lower()]
