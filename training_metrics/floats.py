"""Numbers as text: the fewest digits that read back as the same float32.

A whole column is shortened at once: for 1, 2, … 9 significant digits the nearest
decimal is made in float64 and kept where it is the same float32. That float64 is the
decimal's own nearest one, so Python's `repr` prints just those digits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

_DIGITS_MAX: Final = 9
# 10**22 is the largest power of ten that float64 holds exactly; inside these bounds
# a decimal of nine digits is one exact integer times or over one exact power.
_EXACT_MIN: Final = 1e-13
_EXACT_MAX: Final = 1e22
_POWERS: Final = np.array([10.0**n for n in range(23)])
_INTEGRAL = re.compile(r"(?<!-0)\.0(?=[,\]])")


def shorten(values: np.ndarray) -> np.ndarray:
    """The shortest float64s that are the same float32s as the values given.

    Args:
        values: float64 [n]; NaN stays NaN.

    Returns:
        float64 [n]. A number that float32 cannot hold (it would become infinite or
        zero) keeps its float64 digits.
    """
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        narrow = values.astype(np.float32)
        held = np.isfinite(narrow) & (narrow != 0)
        magnitude = np.abs(narrow.astype(np.float64))
    result = values.copy()
    easy = held & (magnitude >= _EXACT_MIN) & (magnitude < _EXACT_MAX)
    (index,) = np.nonzero(easy)
    if len(index):
        short = _shortest(magnitude[index])
        result[index] = np.copysign(short, values[index])
    for i in np.nonzero(held & ~easy)[0]:
        result[i] = float(str(narrow[i]))
    return result


def _shortest(magnitude: np.ndarray) -> np.ndarray:
    """Shortest float64s for float32 magnitudes within the exact bounds."""
    narrow = magnitude.astype(np.float32)
    result = magnitude.copy()
    exponent = np.floor(np.log10(magnitude)).astype(np.int64)
    # log10 may round up to the next power of ten.
    exponent -= _scale(np.ones(len(magnitude)), exponent) > magnitude
    left = np.arange(len(magnitude))
    for digits in range(1, _DIGITS_MAX + 1):
        power = exponent[left] - (digits - 1)
        scaled = _scale(magnitude[left], -power)
        low = np.floor(scaled)
        up = scaled - low > 0.5
        near = _scale(low + up, power)
        far = _scale(low + ~up, power)
        near_holds = near.astype(np.float32) == narrow[left]
        far_holds = far.astype(np.float32) == narrow[left]
        found = near_holds | far_holds
        result[left[found]] = np.where(near_holds, near, far)[found]
        left = left[~found]
        if not len(left):
            break
    return result


def _scale(values: np.ndarray, power: np.ndarray) -> np.ndarray:
    """`values * 10**power`, one rounding for |power| up to 22."""
    factor = _POWERS[np.minimum(np.abs(power), 22)]
    return np.where(power < 0, values / factor, values * factor)


def to_text(values: Sequence[float | None]) -> str:
    """A JSON list of numbers and nulls in fewest digits; an integral float is an int.

    Args:
        values: finite floats, integers and None, as a document's series holds them.
    """
    column = shorten(np.array(values, dtype=np.float64))
    # A series holds no NaN, so NaN stands for None, and repr is JSON but for its name.
    text = repr(column.tolist()).replace("nan", "null")
    return _INTEGRAL.sub("", text)
