"""Cuts lines into train, eval and test by time: no later line in an earlier split.

The cut is found from how many lines each second has, a small table that batches
add up to; lines of one second, so of one invoice, are never separated.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from trainer.errors import DataError

SPLITS = ("train", "eval", "test")


@dataclass(frozen=True)
class Cuts:
    """Where the splits end.

    Attributes:
      train_until: Seconds; train holds the lines before it.
      eval_until: Seconds; eval holds those from `train_until` and before it.
    """

    train_until: int
    eval_until: int

    def split_of(self, at: np.ndarray) -> np.ndarray:
        """[n] index into `SPLITS` for [n] seconds."""
        return np.searchsorted([self.train_until, self.eval_until], at, side="right")


Census = tuple[np.ndarray, np.ndarray]
"""Distinct seconds, ascending, and the lines that each has."""


def census(at: np.ndarray) -> Census:
    """Counts the lines of each second of [n] seconds."""
    return np.unique(at, return_counts=True)


def merge(censuses: Iterable[Census]) -> Census:
    """Adds censuses up."""
    parts = list(censuses)
    if not parts:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    seconds, place = np.unique(
        np.concatenate([part[0] for part in parts]), return_inverse=True
    )
    counts = np.zeros(len(seconds), np.int64)
    np.add.at(counts, place, np.concatenate([part[1] for part in parts]))
    return seconds, counts


def cut(lines: Census, train_fraction: float, eval_fraction: float) -> Cuts:
    """The cuts that give train and eval at least their fractions of the lines.

    Raises:
      DataError: A split would be empty.
    """
    seconds, counts = lines
    total = int(counts.sum())
    if not total:
        raise DataError(
            "no usable line: each lacks a buyer, a product or a readable time, has a "
            "quantity or price that is not above zero, or a rating that is no number "
            "(NaN is neither); check these columns, or name them otherwise or not at "
            "all in --columns."
        )
    before = np.concatenate([[0], np.cumsum(counts)])
    first = int(np.searchsorted(before, total * train_fraction))
    second = int(
        np.searchsorted(before, total * (train_fraction + eval_fraction) - 1e-6)
    )
    second = max(second, first + 1)
    if not 0 < first < second < len(seconds):
        raise DataError(
            f"{total} usable lines at {len(seconds)} distinct times cannot be split "
            "by time into train, eval and test; give more lines, or check the "
            "time column."
        )
    return Cuts(int(seconds[first]), int(seconds[second]))
