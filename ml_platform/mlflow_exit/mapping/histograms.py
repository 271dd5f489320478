"""Histograms rebuilt from one metric a bin and a parameter with the edges.

A row is rebuilt where all its bins are there as whole counts; a hole stays a hole.
"""

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from ml_platform.mlflow_exit.mapping.steps import Steps
from training_metrics.document import COUNT_LIMIT


class Rebuilt(NamedTuple):
    """A tower's histogram.

    Attributes:
        bin_edges: [bins + 1].
        counts: [epochs][bins], None where an epoch has no whole row.
        broken: epochs that have some bins, but no whole row.
    """

    bin_edges: list[float]
    counts: list[list[int] | None]
    broken: list[int]


def edges_of(text: str | None) -> list[float] | None:
    """Returns increasing edges from `a,b,c` or a JSON list, None from all else."""
    parts: list[Any] = (text or "").strip().strip("[]").split(",")
    try:
        edges = [float(part) for part in parts]
    except ValueError:
        return None
    is_increasing = all(a < b for a, b in pairwise(edges))
    fit = len(edges) > 1 and is_increasing and all(map(math.isfinite, edges))
    return edges if fit else None


def rebuild(
    bins: Mapping[int, Steps], edges: list[float] | None, epochs: list[int]
) -> Rebuilt | None:
    """Rebuilds a tower's histogram on all epochs of the run.

    Returns:
        None where the edges are unknown or do not fit the bins' numbers.
    """
    if edges is None or max(bins) >= len(edges) - 1:
        return None
    columns = [
        dict(zip(bins[at].epochs, bins[at].exact.tolist(), strict=True))
        if at in bins
        else {}
        for at in range(len(edges) - 1)
    ]
    rows: list[list[int] | None] = []
    broken = []
    for epoch in epochs:
        held = [column.get(epoch) for column in columns]
        row = _row(held)
        rows.append(row)
        if row is None and any(count is not None for count in held):
            broken.append(epoch)
    return Rebuilt(edges, rows, broken)


def _row(held: list[float | None]) -> list[int] | None:
    row = []
    for count in held:
        if count is None or not count.is_integer():
            return None
        if not 0 <= count <= COUNT_LIMIT:
            return None
        row.append(int(count))
    return row
