"""Old and broken documents made to fit the model, as far as that needs no guess.

What was repaired is a finding. What cannot be known is null and an anomaly; a series
whose epochs are unknown moves into its anomaly whole, under `values`: it is neither
padded nor lost. The rest is left for the model to refuse.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from training_metrics.document import SERIES_SECTIONS, TOWER_SECTIONS
from training_metrics.errors import DocumentRefused
from training_metrics.findings import Finding
from training_metrics.repair.epochs import EpochOrder, read_epochs
from training_metrics.repair.free import fix_free
from training_metrics.repair.histogram import fix_histogram
from training_metrics.repair.notes import Notes
from training_metrics.repair.values import ABSENT, fix_final, fix_series

__all__ = ["repair"]

_LISTS: Final = ("anomalies", "diagnosis")
_FREE_SECTIONS: Final = ("params", "run")
_FIXED: Final = (*SERIES_SECTIONS, *TOWER_SECTIONS, "final_metrics", *_FREE_SECTIONS)
_SCALARS: Final = ("schema_version", "available", "epochs", "saved_at")


def repair(raw: dict[str, Any], file: str) -> tuple[dict[str, Any], list[Finding]]:
    """The document as the model takes it, and everything that was wrong.

    Raises:
        DocumentRefused: its version or its epochs cannot be read at all.
    """
    listed = raw.get("anomalies")
    notes = Notes(file, listed if isinstance(listed, list) else [])
    version = _version(notes, raw.get("schema_version"))
    order = read_epochs(notes, raw.get("epochs"))
    fixed: dict[str, Any] = {
        "schema_version": version,
        "epochs": order.epochs,
        "available": _available(notes, raw, bool(order.epochs)),
    }
    for section in _FIXED:
        fix = _fixer(notes, section, order)
        members = _given(notes, raw, section, {})
        fixed[section] = _members(section, members, fix)
    if raw.get("saved_at") is not None:
        fixed["saved_at"] = _saved_at(notes, raw["saved_at"])
    for key, value in raw.items():
        if key not in _FIXED and key not in _SCALARS:
            fixed[key] = fix_free(notes, key, value)
    for key in _LISTS:
        fixed[key] = _given(notes, fixed, key, [])
    if isinstance(fixed.get("error"), str):
        notes.find("error", "a text", "read as its message")
        fixed["error"] = {"message": fixed["error"]}
    if isinstance(fixed["anomalies"], list):
        fixed["anomalies"] = fixed["anomalies"] + notes.anomalies
    return fixed, notes.findings


def _version(notes: Notes, version: Any) -> str:
    if version is None:
        notes.find("schema_version", "absent", "read as a file of before 1.0")
        return "1.0"
    if type(version) in (int, float):
        notes.find("schema_version", "a number", "read as text")
    if not re.fullmatch(r"1(\.\d{1,6})?", str(version)):
        raise DocumentRefused(
            notes.file,
            "schema_version",
            f"{str(version)[:40]!r} received, this reader knows 1.x",
            "use a newer training_metrics",
        )
    return str(version)


def _available(notes: Notes, raw: dict[str, Any], available: bool) -> bool:
    written = raw.get("available")
    if "available" in raw and written is not available:
        what = f"{repr(written)[:40]} with {'' if available else 'no '}epochs"
        notes.find("available", what, f"read as {available}")
    return available


def _saved_at(notes: Notes, text: Any) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        notes.find("saved_at", f"{repr(text)[:40]} is no time", "made null")
        return None
    if time.tzinfo is None:
        notes.find("saved_at", "a time without its zone", "read as UTC")
        return time.replace(tzinfo=UTC)
    return time


def _fixer(notes: Notes, section: str, order: EpochOrder) -> Callable[[str, Any], Any]:
    if section in SERIES_SECTIONS:
        return lambda path, value: fix_series(notes, path, value, order)
    if section in TOWER_SECTIONS:
        return lambda path, value: _tower(notes, path, value, order)
    if section == "final_metrics":
        return lambda path, value: fix_final(notes, path, value)
    return lambda path, value: fix_free(notes, path, value)


def _given(notes: Notes, raw: dict[str, Any], key: str, empty: Any) -> Any:
    """A part of the document, empty where it is absent or null."""
    value = raw.get(key, empty)
    if value is None:
        notes.find(key, "null", "read as empty")
        return empty
    return value


def _members(section: str, members: Any, fix: Callable[[str, Any], Any]) -> Any:
    """Fixes each member of a section; what is no section is left to the model."""
    if not isinstance(members, dict):
        return members
    fixed = {key: fix(f"{section}.{key}", value) for key, value in members.items()}
    return {key: value for key, value in fixed.items() if value is not ABSENT}


def _tower(notes: Notes, path: str, statistics: Any, order: EpochOrder) -> Any:
    if statistics is None:
        notes.find(path, "null", "read as empty")
        return {}
    if not isinstance(statistics, dict):
        return statistics

    def fix(place: str, value: Any) -> Any:
        if isinstance(value, list):
            return fix_series(notes, place, value, order)
        return fix_free(notes, place, value)

    histogram = statistics.get("histogram")
    others = {key: value for key, value in statistics.items() if key != "histogram"}
    fixed = _members(path, others, fix)
    if histogram is not None:
        place = f"{path}.histogram"
        fixed["histogram"] = fix_histogram(notes, place, histogram, fixed, order)
    return {key: value for key, value in fixed.items() if value is not ABSENT}
