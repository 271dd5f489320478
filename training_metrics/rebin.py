"""Two documents' histograms of one tower on shared edges, without losing a count.

Needed where a run is resumed on another machine and only the document is left of the
attempts before. An edge is kept where neither side would have to cut a bin that holds
something; on the grid's edges much of the detail stays.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from training_metrics.bins import MAX_BINS, join_lightest

Rows = list[list[int] | None]


class Binned(NamedTuple):
    """Edges, [bins + 1], and counts, [epochs][bins], None for an epoch without."""

    edges: list[float]
    rows: Rows


def join(one: Binned, other: Binned, max_bins: int = MAX_BINS) -> Binned:
    """The rows of both, one after the other, on shared edges; sums are unchanged."""
    sides = [(_grid(side.edges), side.rows) for side in (one, other)]
    edges = np.union1d(sides[0][0], sides[1][0])
    for own, rows in sides:
        edges = edges[_cuts_nothing(edges, own, rows)]
    rows = [row for own, rows in sides for row in _move(rows, own, edges)]
    kept = join_lightest(_mass(rows, len(edges) - 1), max_bins)
    fewer = np.append(edges[:-1][kept], edges[-1])
    return Binned(fewer.tolist(), _move(rows, edges, fewer))


def _grid(edges: list[float]) -> np.ndarray:
    """Edges as the float32s that their digits stand for, where they are float32s."""
    wide = np.array(edges, np.float64)
    with np.errstate(over="ignore", under="ignore"):
        narrow = wide.astype(np.float32).astype(np.float64)
    return np.where(np.isfinite(narrow) & ((narrow != 0) | (wide == 0)), narrow, wide)


def _cuts_nothing(edges: np.ndarray, own: np.ndarray, rows: Rows) -> np.ndarray:
    """Which edges are among a side's own, outside of them, or in an empty bin."""
    total = np.zeros(len(own) - 1)
    for row in rows:
        total += np.zeros(len(total)) if row is None else np.array(row, np.float64)
    is_inside = (edges > own[0]) & (edges < own[-1])
    bins = np.clip(np.searchsorted(own, edges, side="right") - 1, 0, len(total) - 1)
    return ~is_inside | np.isin(edges, own) | (total[bins] == 0)


def _move(rows: Rows, own: np.ndarray, edges: np.ndarray) -> Rows:
    """Rows on a side's own edges, on edges that cut none of its filled bins."""
    place = np.searchsorted(edges, own[:-1], side="right") - 1
    place = np.clip(place, 0, len(edges) - 2)
    moved: Rows = []
    for row in rows:
        if row is None:
            moved.append(None)
            continue
        counts = np.zeros(len(edges) - 1, np.int64)
        np.add.at(counts, place, np.array(row, np.int64))
        moved.append(counts.tolist())
    return moved


def _mass(rows: Rows, bins: int) -> list[float]:
    """Share of the elements in each bin, summed over epochs."""
    mass = np.zeros(bins)
    for row in rows:
        if row is not None and any(row):
            counts = np.array(row, np.float64)
            mass += counts / counts.sum()
    return mass.tolist()
