"""Two attempts' documents of one run made one: how a resumed run continues.

The later attempt's epochs replace the earlier one's from its first epoch on; one that
ended before its first epoch, and only holds what a checkpoint gave it, replaces none.
Every attempt stays listed in `run.attempts`. Which attempt is the later one is decided
by when it started, not by who writes last, so a late writer of an early attempt can add
what it alone knows but can never undo what came after it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from copy import deepcopy
from math import isnan
from typing import Any

from training_metrics.document import (
    SERIES_SECTIONS,
    TOWER_SECTIONS,
    Histogram,
    TowerStatistics,
    TrainingMetrics,
    construct,
)
from training_metrics.errors import Superseded
from training_metrics.rebin import Binned, Rows, join
from training_metrics.state import merge_deep


def combine(
    stored: TrainingMetrics, ours: TrainingMetrics, uri: str
) -> TrainingMetrics:
    """The document to write where another one is stored already.

    Raises:
        Superseded: the stored one continues ours and has all we know, or ours names
            no attempt, so that nobody can tell which is the later one.
    """
    if not _attempts(ours):
        raise Superseded(
            uri,
            "a document is stored there, and the one to write lists no attempt that "
            "could be put in order with it",
            "move the stored one away first",
        )
    mine = _attempts(ours)[-1]
    theirs = _attempts(stored)
    if not theirs or theirs[-1].get("id") == mine.get("id"):
        return merge(stored, ours)
    if any(attempt.get("id") == mine.get("id") for attempt in theirs):
        raise Superseded(
            uri,
            f"attempt {theirs[-1].get('id')} has continued attempt {mine.get('id')}",
            "nothing is left to write",
        )
    if _started(theirs[-1]) > _started(mine):
        return merge(ours, stored)
    return merge(stored, ours)


def merge(earlier: TrainingMetrics, later: TrainingMetrics) -> TrainingMetrics:
    """Joins an earlier and a later attempt's document."""
    merged = _joined(earlier, later)
    if later.epochs and _added_nothing(later):
        known = bisect_right(earlier.epochs, later.epochs[-1])
        if known < len(earlier.epochs):
            return _joined(merged, _since(earlier, known, merged))
    return merged


def _added_nothing(document: TrainingMetrics) -> bool:
    """Whether the last attempt ended before its first epoch, others having had some."""
    attempts = _attempts(document)
    has_epochs = ["first_epoch" in attempt for attempt in attempts]
    return any(has_epochs) and not has_epochs[-1]


def _since(
    document: TrainingMetrics, index: int, facts: TrainingMetrics
) -> TrainingMetrics:
    """The epochs from an index on, with all that is no epoch's from `facts`."""
    first = document.epochs[index]
    members = dict(facts) | {"epochs": document.epochs[index:], "run": {}}
    for section in SERIES_SECTIONS:
        members[section] = {
            name: values[index:] for name, values in getattr(document, section).items()
        }
    for section in TOWER_SECTIONS:
        members[section] = {
            tower: _tower_since(statistics, index)
            for tower, statistics in getattr(document, section).items()
        }
    for section in ("anomalies", "diagnosis"):
        members[section] = [
            item
            for item in getattr(document, section)
            if isinstance(epoch := getattr(item, "epoch", None), int) and epoch >= first
        ]
    return construct(TrainingMetrics, members)


def _tower_since(statistics: TowerStatistics, index: int) -> TowerStatistics:
    parts: dict[str, Any] = {
        name: values[index:] for name, values in statistics.series().items()
    }
    histogram = statistics.histogram
    if histogram is not None:
        rows = {"bin_edges": histogram.bin_edges, "counts": histogram.counts[index:]}
        parts["histogram"] = construct(Histogram, rows)
    return construct(TowerStatistics, parts)


def _joined(earlier: TrainingMetrics, later: TrainingMetrics) -> TrainingMetrics:
    keep = len(earlier.epochs)
    if later.epochs:
        keep = bisect_left(earlier.epochs, later.epochs[0])
    first = later.epochs[0] if later.epochs else None
    merged: dict[str, Any] = dict(earlier) | dict(later)
    merged |= (earlier.model_extra or {}) | (later.model_extra or {})
    merged["epochs"] = earlier.epochs[:keep] + later.epochs
    merged["available"] = bool(merged["epochs"])
    merged["schema_version"] = max(
        earlier.schema_version, later.schema_version, key=_minor
    )
    for section in SERIES_SECTIONS:
        old, new = getattr(earlier, section), getattr(later, section)
        merged[section] = _series(old, new, keep, len(later.epochs))
    for section in TOWER_SECTIONS:
        old, new = getattr(earlier, section), getattr(later, section)
        merged[section] = {
            tower: _tower(old.get(tower), new.get(tower), keep, len(later.epochs))
            for tower in old | new
        }
    for section in ("params", "final_metrics"):
        merged[section] = getattr(earlier, section) | getattr(later, section)
    merged["run"] = _run(earlier, later)
    merged["anomalies"] = _before(earlier.anomalies, first) + later.anomalies
    merged["diagnosis"] = _diagnosis(earlier, later, first)
    return construct(TrainingMetrics, merged)


def _series(
    old: dict[str, Any], new: dict[str, Any], keep: int, count: int
) -> dict[str, list[Any]]:
    joined = {}
    for name in old | new:
        before = _listed(old[name])[:keep] if name in old else [None] * keep
        after = _listed(new[name]) if name in new else [None] * count
        if name in new or any(value is not None for value in before):
            joined[name] = before + after
    return joined


def _listed(values: Any) -> list[Any]:
    """Entries as a document has them, also of a compact one."""
    if isinstance(values, array):
        return [None if isnan(value) else value for value in values]
    entries: list[Any] = values
    return entries


def _tower(
    old: TowerStatistics | None, new: TowerStatistics | None, keep: int, count: int
) -> TowerStatistics:
    old, new = old or TowerStatistics(), new or TowerStatistics()
    parts: dict[str, Any] = (old.model_extra or {}) | (new.model_extra or {})
    parts |= _series(old.series(), new.series(), keep, count)
    histogram = _histogram(old.histogram, new.histogram, keep, count)
    if histogram is not None:
        parts["histogram"] = histogram
    return construct(TowerStatistics, parts)


def _histogram(
    old: Histogram | None, new: Histogram | None, keep: int, count: int
) -> Histogram | None:
    kept: Rows = old.counts[:keep] if old is not None else _none(keep)
    has_old = old is not None and any(row is not None for row in kept)
    if not has_old and new is None:
        return None
    extra = {**((old and old.model_extra) or {}), **((new and new.model_extra) or {})}
    if old is None or not has_old:
        assert new is not None
        joined = Binned(new.bin_edges, _none(keep) + new.counts)
    elif new is None:
        joined = Binned(old.bin_edges, kept + _none(count))
    else:
        joined = join(Binned(old.bin_edges, kept), Binned(new.bin_edges, new.counts))
    parts = extra | {"bin_edges": joined.edges, "counts": joined.rows}
    return construct(Histogram, parts)


def _none(count: int) -> Rows:
    return [None for _ in range(count)]


def _run(earlier: TrainingMetrics, later: TrainingMetrics) -> dict[str, Any]:
    run = deepcopy(earlier.run)
    merge_deep(run, deepcopy(later.run))
    listed: dict[Any, dict[str, Any]] = {}
    for index, attempt in enumerate([*_attempts(earlier), *_attempts(later)]):
        key = attempt.get("id") or index
        listed[key] = listed.get(key, {}) | attempt
    attempts = sorted(listed.values(), key=_started)
    numbered = [a | {"number": n} for n, a in enumerate(attempts, start=1)]
    return run | {"attempts": numbered}


def _before(items: list[Any], first: int | None) -> list[Any]:
    """Items of epochs that are kept, or of none."""
    if first is None:
        return items
    return [item for item in items if item.epoch is None or item.epoch < first]


def _diagnosis(
    earlier: TrainingMetrics, later: TrainingMetrics, first: int | None
) -> list[Any]:
    """The later attempt's findings, and the earlier's that it does not repeat."""

    def subject(item: Any) -> str:
        return repr([getattr(item, k, None) for k in ("kind", "series", "tower")])

    known = {subject(item) for item in later.diagnosis}
    kept = [item for item in earlier.diagnosis if subject(item) not in known]
    return [item for item in kept if _is_before(item, first)] + later.diagnosis


def _is_before(item: Any, first: int | None) -> bool:
    epoch = getattr(item, "epoch", None)
    return first is None or not isinstance(epoch, int) or epoch < first


def _attempts(document: TrainingMetrics) -> list[dict[str, Any]]:
    attempts = document.run.get("attempts")
    if not isinstance(attempts, list):
        return []
    return [attempt for attempt in attempts if isinstance(attempt, dict)]


def _started(attempt: dict[str, Any]) -> str:
    """When an attempt started; RFC 3339 in UTC sorts as text."""
    return str(attempt.get("started_at") or "")


def _minor(version: str) -> int:
    return int(version.partition(".")[2] or 0)
