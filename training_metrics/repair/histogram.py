"""Histograms of old and broken documents: kept only where bins and epochs are known."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any, TypeGuard

from training_metrics.document import COUNT_LIMIT
from training_metrics.repair.epochs import EpochOrder
from training_metrics.repair.free import fix_free
from training_metrics.repair.notes import Notes
from training_metrics.repair.values import ABSENT, is_plain, unknown_epochs


def fix_histogram(
    notes: Notes,
    path: str,
    histogram: Any,
    statistics: dict[str, Any],
    order: EpochOrder,
) -> Any:
    """A histogram with good edges and one row (or null) per epoch, or `ABSENT`.

    Args:
        notes: takes findings and anomalies.
        path: the histogram's place.
        histogram: as written.
        statistics: the tower's repaired series; `min` and `max` tell of clipping.
        order: the document's epochs.
    """
    if not isinstance(histogram, dict):
        return histogram
    edges, rows = histogram.get("bin_edges"), histogram.get("counts")
    if not _are_edges(edges):
        notes.find(
            path, "bin_edges are not increasing numbers", "kept in anomalies, not drawn"
        )
        notes.mark(path, "unknown_bins", values=fix_free(notes, path, histogram))
        return ABSENT
    if not isinstance(rows, list) or len(rows) != order.count:
        count = len(rows) if isinstance(rows, list) else 0
        return unknown_epochs(notes, path, histogram, count, order)
    fixed = _fix_rows(notes, path, order.arrange(rows), len(edges) - 1, order)
    _tell_clipped(notes, path, edges, fixed, statistics, order)
    extra = {k: fix_free(notes, f"{path}.{k}", v) for k, v in histogram.items()}
    return extra | {"bin_edges": edges, "counts": fixed}


def _are_edges(edges: Any) -> TypeGuard[list[float]]:
    return (
        isinstance(edges, list)
        and len(edges) > 1
        and is_plain(edges)
        and None not in edges
        and all(a < b for a, b in pairwise(edges))
    )


def _fix_rows(
    notes: Notes, path: str, rows: list[Any], bins: int, order: EpochOrder
) -> list[Any]:
    kinds: Counter[str] = Counter()
    fixed = []
    for row, epoch in zip(rows, order.epochs, strict=True):
        kind = _odd_row(row, bins)
        if kind is not None:
            kinds[kind] += 1
            notes.mark(path, kind, epoch=epoch, values=fix_free(notes, path, row))
            row = None
        fixed.append(row if row is None else [int(count) for count in row])
    for kind, count in kinds.items():
        what = f"{count} rows do not have {bins} bins"
        if kind == "not_a_count":
            what = f"{count} rows hold something that is no count"
        notes.find(path, what, "kept in anomalies, not drawn")
    return fixed


def _odd_row(row: Any, bins: int) -> str | None:
    """What is wrong with a row, as an anomaly's kind."""
    if row is None:
        return None
    if not isinstance(row, list) or len(row) != bins:
        return "unknown_bins"
    types = set(map(type, row))
    whole = types <= {int} or (
        types <= {int, float} and all(float(c).is_integer() for c in row)
    )
    if not whole or (row and (min(row) < 0 or max(row) > COUNT_LIMIT)):
        return "not_a_count"
    return None


def _tell_clipped(
    notes: Notes,
    path: str,
    edges: list[float],
    rows: list[Any],
    statistics: dict[str, Any],
    order: EpochOrder,
) -> None:
    """Marks epochs whose values reach beyond the edges: their counts mislead."""
    nothing = [None] * len(rows)
    low, high = (_list(statistics.get(key)) or nothing for key in ("min", "max"))
    clipped = [
        epoch
        for row, a, b, epoch in zip(rows, low, high, order.epochs, strict=True)
        if row is not None
        and not notes.knows(path, "clipped", epoch)
        and ((a is not None and a < edges[0]) or (b is not None and b > edges[-1]))
    ]
    for epoch in clipped:
        notes.mark(path, "clipped", epoch=epoch)
    if clipped:
        what = f"{len(clipped)} epochs reach beyond the edges, first {clipped[0]}"
        notes.find(path, what, "marked as clipped")


def _list(value: Any) -> list[Any] | None:
    return value if isinstance(value, list) else None
