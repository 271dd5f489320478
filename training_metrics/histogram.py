"""The universal histogram grid: the same buckets for every tensor, epoch and run.

A bucket is a float32's sign, exponent and first three mantissa bits, so a bucket's
index is the float's bits shifted right by `GRID_SHIFT`, and its edges are powers of
two cut into eight equal parts. There is no range to choose, nothing is clipped, and
adding histograms of steps, workers or epochs is exact.

Buckets are named by a signed *position*, in the order of the numbers they hold:

* position p > 0 holds magnitudes in `[lower_edge(p), lower_edge(p + 1))`,
* position -p holds the same magnitudes, negative,
* position 0 holds zero, both signs, and everything nearer to it than 2**-129.

Positions 1 to 2039 are float32's. A float64 beyond float32's range continues the
same rule with its own exponent (positions 2040 to 9207), a float64 too small for
float32 falls into the bucket whose interval holds it. So no value is rounded into a
neighbour's bucket, whatever its type.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

GRID_SHIFT: Final = 20
"""float32 bits, read as uint32, shifted right by this give the dense index."""

GRID_SIZE: Final = 4096
"""Number of dense indices: 1 sign bit, 8 exponent bits, 3 mantissa bits."""

_SIGN: Final = GRID_SIZE // 2
_FLOAT32_POSITIONS: Final = 2040
_POSITIONS: Final = 9208
_FLOAT64_SHIFT: Final = 49
_FLOAT64_REBASE: Final = (1023 - 127) << 3
_SMALLEST_NORMAL: Final = 2.0**-126
_SUBNORMAL_BUCKETS_PER_UNIT: Final = 2.0**129


@dataclass(frozen=True)
class GridHistogram:
    """Exact 64-bit counts on the grid, sparse, and of what is not finite.

    Attributes:
        positions: int16 [buckets], increasing; only buckets that hold something.
        counts: int64 [buckets], above zero.
        nan_count, pos_inf_count, neg_inf_count: elements that have no bucket.
    """

    positions: np.ndarray
    counts: np.ndarray
    nan_count: int = 0
    pos_inf_count: int = 0
    neg_inf_count: int = 0

    @classmethod
    def from_dense(cls, counts: Any) -> GridHistogram:
        """Takes a count per dense index, as `bincount(bits >> GRID_SHIFT)` makes it.

        A NaN whose payload lies in the low 20 bits only shares infinity's index and
        is counted as infinite; arithmetic makes no such NaN.

        Args:
            counts: int64 [GRID_SIZE], all sign 0 indices before all sign 1 indices.

        Raises:
            ValueError: the shape is another one, or a count is negative.
        """
        dense = np.asarray(counts, dtype=np.int64)
        if dense.shape != (GRID_SIZE,) or (dense < 0).any():
            raise ValueError(
                f"counts: shape {dense.shape} or a negative count received, "
                f"expected [{GRID_SIZE}] counts; use bincount with that length"
            )
        return cls._from_halves(dense[:_SIGN], dense[_SIGN:])

    @classmethod
    def of(cls, array: Any) -> GridHistogram:
        """Counts every element of a NumPy array of any float, integer or bool type.

        Raises:
            ValueError: the array holds something else than real numbers.
        """
        values = np.asarray(array).ravel()
        if values.dtype in (np.float32, np.float16):
            bits = values.astype(np.float32, copy=False).view(np.uint32)
            dense = np.zeros(GRID_SIZE, np.int64)
            # Not `bincount`: it takes up to twice as long, by where its arrays lie.
            np.add.at(dense, (bits >> GRID_SHIFT).astype(np.intp), 1)
            if dense[0x7F8] or dense[0xFF8]:
                return cls._with_exact_infinities(dense, values)
            return cls._from_halves(dense[:_SIGN], dense[_SIGN:])
        wide = _as_float64(values)
        finite = np.isfinite(wide)
        index = _magnitude_index(np.abs(wide[finite]))
        negative = np.signbit(wide[finite])
        return cls._from_halves(
            np.bincount(index[~negative], minlength=_POSITIONS),
            np.bincount(index[negative], minlength=_POSITIONS),
            non_finite=wide[~finite],
        )

    @classmethod
    def _with_exact_infinities(
        cls, dense: np.ndarray, values: np.ndarray
    ) -> GridHistogram:
        finite = dense.copy()
        finite[_FLOAT32_POSITIONS:_SIGN] = 0
        finite[_SIGN + _FLOAT32_POSITIONS :] = 0
        return cls._from_halves(
            finite[:_SIGN], finite[_SIGN:], non_finite=values[~np.isfinite(values)]
        )

    @classmethod
    def _from_halves(
        cls,
        positive: np.ndarray,
        negative: np.ndarray,
        non_finite: np.ndarray | None = None,
    ) -> GridHistogram:
        """Joins counts by magnitude index; a dense float32 half ends in non-finites."""
        limit = _FLOAT32_POSITIONS if non_finite is None else len(positive)
        zero = positive[:1] + negative[:1]
        ordered = np.concatenate(
            [negative[limit - 1 : 0 : -1], zero, positive[1:limit]]
        )
        (occupied,) = np.nonzero(ordered)
        if non_finite is None:
            nan = positive[limit + 1 :].sum() + negative[limit + 1 :].sum()
            infinite = positive[limit], negative[limit]
        else:
            nan = np.isnan(non_finite).sum()
            infinite = (non_finite == np.inf).sum(), (non_finite == -np.inf).sum()
        return cls(
            (occupied - (limit - 1)).astype(np.int16),
            ordered[occupied].astype(np.int64),
            int(nan),
            int(infinite[0]),
            int(infinite[1]),
        )

    @property
    def finite_count(self) -> int:
        """Number of finite elements counted."""
        return int(self.counts.sum())

    def __add__(self, other: GridHistogram) -> GridHistogram:
        """Adds two histograms; exact, in any order."""
        both = np.concatenate([self.positions, other.positions])
        positions, place = np.unique(both, return_inverse=True)
        counts = np.zeros(len(positions), np.int64)
        np.add.at(counts, place, np.concatenate([self.counts, other.counts]))
        return GridHistogram(
            positions,
            counts,
            self.nan_count + other.nan_count,
            self.pos_inf_count + other.pos_inf_count,
            self.neg_inf_count + other.neg_inf_count,
        )

    def __eq__(self, other: object) -> bool:
        """Says whether both hold the same counts."""
        if not isinstance(other, GridHistogram):
            return NotImplemented
        return self.to_json() == other.to_json()

    def __hash__(self) -> int:
        """Hashes what equality compares."""
        return hash((self.positions.tobytes(), self.counts.tobytes(), self.nan_count))

    def non_finite(self) -> dict[str, int]:
        """The counts of what has no bucket, by anomaly kind, without zeros."""
        kinds = {
            "nan": self.nan_count,
            "+inf": self.pos_inf_count,
            "-inf": self.neg_inf_count,
        }
        return {kind: count for kind, count in kinds.items() if count}

    def to_json(self) -> list[Any]:
        """`[positions, counts, [nan, +inf, -inf]]`, as the journal keeps it."""
        special = [self.nan_count, self.pos_inf_count, self.neg_inf_count]
        return [self.positions.tolist(), self.counts.tolist(), special]

    @classmethod
    def from_json(cls, value: list[Any]) -> GridHistogram:
        """The inverse of `to_json`.

        Raises:
            ValueError: it is no histogram.
        """
        positions, counts, (nan, pos_inf, neg_inf) = (
            np.array(part, np.int64) for part in value
        )
        histogram = cls(
            positions.astype(np.int16), counts, int(nan), int(pos_inf), int(neg_inf)
        )
        fits = positions.shape == counts.shape == (len(positions),)
        if not (fits and histogram.to_json() == value and _is_sound(positions, counts)):
            raise ValueError("no histogram")
        return histogram


def _is_sound(positions: np.ndarray, counts: np.ndarray) -> bool:
    increases = (np.diff(positions) > 0).all()
    is_inside = (np.abs(positions) < _POSITIONS).all()
    return bool(increases and is_inside and (counts > 0).all())


def lower_edge(position: int) -> float:
    """The smallest magnitude in the bucket at a position above 0 (exact).

    One past the last position gives the largest float64: its bucket is closed.
    """
    if position < _FLOAT32_POSITIONS:
        return float(np.uint32(position << GRID_SHIFT).view(np.float32))
    if position >= _POSITIONS:
        return float(np.finfo(np.float64).max)
    bits = np.uint64((position + _FLOAT64_REBASE) << _FLOAT64_SHIFT)
    return float(bits.view(np.float64))


def _as_float64(values: np.ndarray) -> np.ndarray:
    """Converts to float64 without rounding away from zero, hence into no neighbour."""
    kind = values.dtype.kind
    if kind in "iu" and values.dtype.itemsize == 8:
        unsigned = values.astype(np.uint64)
        magnitude = np.where(values < 0, 0 - unsigned, unsigned)
        exact = np.where(magnitude >= 2**53, magnitude & ~np.uint64(0x7FF), magnitude)
        return np.where(values < 0, -1.0, 1.0) * exact.astype(np.float64)
    if kind in "biu" or values.dtype == np.float64:
        return values.astype(np.float64)
    if kind == "f" or values.dtype.name == "bfloat16":
        with np.errstate(over="ignore"):
            wide = values.astype(np.float64)
        away = np.isfinite(values) & (np.abs(wide) > np.abs(values))
        return np.where(away, np.nextafter(wide, 0.0), wide)
    raise ValueError(
        f"array: dtype {values.dtype} received, expected floats, integers or bools"
    )


def _magnitude_index(magnitude: np.ndarray) -> np.ndarray:
    """Positions of finite float64 magnitudes, int64 of the same shape."""
    index = (magnitude.view(np.uint64) >> _FLOAT64_SHIFT).astype(np.int64)
    linear = np.minimum(magnitude, _SMALLEST_NORMAL) * _SUBNORMAL_BUCKETS_PER_UNIT
    return np.where(
        magnitude < _SMALLEST_NORMAL,
        linear.astype(np.int64),
        index - _FLOAT64_REBASE,
    )
