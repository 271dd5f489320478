"""A run's points as columns: the shape in which sources, archive and documents meet.

Always in one order, so two of them hold the same rows, each as often, exactly where
their columns are equal. How the archive keeps them is in `codec.py`.

N is the number of points, K that of their keys.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml_platform.mlflow_exit.bits import value_of

WHOLE = np.dtype("<i8")
"""Steps, times and the bits of values: 64 bits, the lowest byte first."""


class Point(NamedTuple):
    """One row of MLflow's table `metrics`; the value as its 64 bits."""

    key: str
    step: int
    bits: int
    timestamp_ms: int
    is_nan: bool

    @property
    def value(self) -> float:
        """The stored float; of a NaN, what MLflow put in its place."""
        return value_of(self.bits)


@dataclass(frozen=True, eq=False)
class Points:
    """Points in order of key (by code points), step, time, NaN flag, value and bits.

    Attributes:
        keys: [K], each once, in order.
        counts: [K], how many points each key has, none of them 0.
        steps: [N].
        timestamps_ms: [N].
        bits: [N], the values' 64 bits.
        is_nan: [N].
    """

    keys: tuple[str, ...]
    counts: NDArray[np.int64]
    steps: NDArray[np.int64]
    timestamps_ms: NDArray[np.int64]
    bits: NDArray[np.int64]
    is_nan: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        keys: Sequence[str],
        steps: Sequence[int],
        values: Sequence[float],
        timestamps_ms: Sequence[int],
        is_nan: Sequence[int],
    ) -> "Points":
        """Brings columns of [N] rows, which may come in any order, into ours.

        Raises:
            TypeError: A cell is of another kind, or a whole number beyond 64 bits.
        """
        names = sorted(set(keys))
        if not all(isinstance(name, str) for name in names):
            raise TypeError("a key is no text")
        number = {name: at for at, name in enumerate(names)}
        key = np.fromiter(map(number.__getitem__, keys), np.int32, len(keys))
        step, time = _column(steps, WHOLE), _column(timestamps_ms, WHOLE)
        value, nan = _column(values, np.dtype("<f8")), _column(is_nan, WHOLE) != 0
        order = _order(key, step, time, nan, value)
        return cls(
            tuple(names),
            np.bincount(key, minlength=len(names)).astype(WHOLE),
            *(column[order] for column in (step, time, value.view(WHOLE), nan)),
        )

    @classmethod
    def of_rows(cls, rows: Iterable[Point]) -> "Points":
        """Returns the columns of these rows."""
        columns = list(zip(*rows, strict=True)) or [()] * len(Point._fields)
        key, step, bits, time, nan = columns
        return cls.of(key, step, list(map(value_of, bits)), time, nan)

    @property
    def values(self) -> NDArray[np.float64]:
        """The stored floats, [N]; of a NaN, what MLflow put in its place."""
        return self.bits.view("<f8")

    @property
    def key_numbers(self) -> NDArray[np.int64]:
        """For each point its key's place in `keys`, [N]."""
        return np.repeat(np.arange(len(self.keys)), self.counts)

    def __len__(self) -> int:
        return len(self.steps)

    def __iter__(self) -> Iterator[Point]:
        columns = (self.steps, self.bits, self.timestamps_ms, self.is_nan)
        names = np.repeat(np.array(self.keys, object), self.counts).tolist()
        return map(Point, names, *(column.tolist() for column in columns))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Points):
            return NotImplemented
        mine, theirs = self.columns(), other.columns()
        return self.keys == other.keys and all(map(np.array_equal, mine, theirs))

    __hash__ = None  # type: ignore[assignment]

    def digest(self) -> str:
        """Returns the SHA-256 over every key and every bit."""
        told = hashlib.sha256(ascii(self.keys).encode())
        for column in self.columns():
            told.update(column.tobytes())
        return told.hexdigest()

    def columns(self) -> tuple[NDArray[Any], ...]:
        """Returns all but the keys: [K], then [N] each."""
        return self.counts, self.steps, self.timestamps_ms, self.bits, self.is_nan


def _column(cells: Sequence[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Makes an array of cells; NumPy says of what kind it would make one by itself."""
    column = np.array(cells) if cells else np.empty(0, dtype)
    if not np.can_cast(column.dtype, dtype):
        raise TypeError(f"cells of kind {column.dtype}, not {dtype}")
    return column.astype(dtype, copy=False)


def _order(
    key: NDArray[Any],
    step: NDArray[Any],
    time: NDArray[Any],
    nan: NDArray[Any],
    value: NDArray[Any],
) -> NDArray[Any]:
    """Returns the order of rows; mostly each step of a key comes once, and in order."""
    order = np.argsort(key, kind="stable")
    key_in, step_in = key[order], step[order]
    if np.all((key_in[1:] != key_in[:-1]) | (step_in[1:] > step_in[:-1])):
        return order
    return np.lexsort((value.view(WHOLE), value, nan, time, step, key))
