"""Bins for the document: grid histograms of all epochs on few shared edges.

Bins are unions of neighbouring grid buckets, so counts stay exact. On the negative
side a bin holds its right edge, on the positive side its left one, as the grid's
buckets do.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence

import numpy as np

from training_metrics.histogram import GridHistogram, lower_edge
from training_metrics.pacing import at_once

MAX_BINS = 128


def reduce_rows(
    rows: Sequence[GridHistogram | None],
    max_bins: int = MAX_BINS,
    pace: Callable[[], None] = at_once,
) -> tuple[list[float], list[list[int] | None]]:
    """Puts histograms of several epochs on at most `max_bins` shared bins.

    Neighbours with the least combined mass are joined first, every epoch weighing
    the same, so detail stays where the counts are. No count is lost: a row's sum is
    its histogram's `finite_count`.

    Args:
        rows: one histogram per epoch, None where an epoch has none.
        max_bins: at least 1.
        pace: called after each row's work.

    Returns:
        `bin_edges`, float [bins + 1], increasing, and `counts`, one int [bins] per
        row or None. Where no row holds a finite element, the one bin is zero's.
    """
    positions = _occupied(rows)
    starts = _with_gaps(positions)
    mass = np.zeros(len(starts))
    for row in rows:
        if row is not None and len(row.counts):
            mass += np.array(_counts(row, starts)) / row.finite_count
            pace()
    starts = starts[join_lightest(mass.tolist(), max_bins)]
    edges = [_left_edge(start) for start in starts]
    edges.append(_left_edge(int(positions[-1]) + 1))
    counts: list[list[int] | None] = []
    for row in rows:
        counts.append(None if row is None else _counts(row, starts))
        pace()
    return edges, counts


def _occupied(rows: Sequence[GridHistogram | None]) -> np.ndarray:
    held = [row.positions for row in rows if row is not None]
    occupied = np.unique(np.concatenate([np.array([], np.int16), *held]))
    return occupied if len(occupied) else np.array([0], np.int16)


def _with_gaps(positions: np.ndarray) -> np.ndarray:
    """First position of each segment: every bucket, and every empty stretch."""
    wide = positions.astype(np.int64)
    after = wide[:-1][np.diff(wide) > 1] + 1
    return np.union1d(wide, after)


def _counts(row: GridHistogram, starts: np.ndarray) -> list[int]:
    place = np.searchsorted(starts, row.positions, side="right") - 1
    counts = np.zeros(len(starts), np.int64)
    np.add.at(counts, place, row.counts)
    return counts.tolist()


def join_lightest(mass: list[float], max_bins: int) -> np.ndarray:
    """Joins neighbouring bins, lightest pair first, until `max_bins` are left.

    Args:
        mass: a weight for each bin; it is used up.
        max_bins: at least 1.

    Returns:
        bool [bins]: which bins begin one that is left.
    """
    count = left = len(mass)
    after = list(range(1, count + 1))
    before = list(range(-1, count - 1))
    alive = [True] * count
    heap = [(mass[i] + mass[i + 1], i, i + 1) for i in range(count - 1)]
    heapq.heapify(heap)
    while left > max_bins:
        weight, i, j = heapq.heappop(heap)
        # A pair that has changed since it was pushed is in the heap again, newer.
        if not (alive[i] and alive[j]) or after[i] != j or weight != mass[i] + mass[j]:
            continue
        mass[i], alive[j], after[i] = weight, False, after[j]
        left -= 1
        if after[i] < count:
            before[after[i]] = i
            heapq.heappush(heap, (mass[i] + mass[after[i]], i, after[i]))
        if before[i] >= 0:
            heapq.heappush(heap, (mass[before[i]] + mass[i], before[i], i))
    return np.array(alive)


def _left_edge(position: int) -> float:
    """The number where the bucket at a position begins, going up the number line."""
    if position > 0:
        return lower_edge(position)
    return -lower_edge(1 - position)
