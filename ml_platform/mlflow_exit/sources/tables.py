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

Kind = Callable[[str | None], Any]


def kind_of(table: str, column: str) -> Kind:
    """Returns what makes a column's value of its text; ValueError where it is none."""
    if column == "value" and table in ("metrics", "latest_metrics"):
        return _float
    made: Callable[[str], Any] = str
    if column == "is_nan":
        made = _truth
    elif column in _WHOLE:
        made = _whole
    elif column in _WORDS:
        made = partial(_word, _WORDS[column])
    return lambda text: _absent(column) if text is None else made(text)


def _absent(column: str) -> None:
    if column in _PRESENT:
        raise ValueError(column)


def _float(text: str | None) -> float:
    if text is None or not _FLOAT.fullmatch(text):
        raise ValueError(text)
    return float(text)


def _whole(text: str) -> int:
    value = int(text) if _INTEGER.fullmatch(text) else 2**63
    if not -(2**63) <= value < 2**63:
        raise ValueError(text)
    return value


def _word(words: set[str], text: str) -> str:
    if text not in words:
        raise ValueError(text)
    return text


def _truth(text: str) -> int:
    if text.lower() not in _TRUTHS:
        raise ValueError(text)
    return _TRUTHS[text.lower()]
