"""Numbers as text: the fewest digits that read back as the same float32.

NumPy finds the digits, Python prints them: NumPy's own print changes between versions
(1e16 or 10000000000000000.0), Python's does not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

_WIDTH: Final = "S24"
"""Room for the longest text of a float32, `-9999999900000000.0`."""

# Between these, every version of NumPy prints as Python does.
_PLAIN_MIN: Final = 1e-4
_PLAIN_MAX: Final = 1e6

# A background writer must not hold the interpreter for a whole long series at once.
_CHUNK: Final = 1000
_INTEGRAL: Final = re.compile(r"(?<!-0)\.0(?=[,\]])")


def to_text(values: Sequence[float | None]) -> str:
    """A JSON list of numbers and nulls; an integral number is written as an integer.

    A number that float32 cannot hold, because it would become infinite or zero, keeps
    its float64 digits.

    Args:
        values: finite floats, integers and None, as a document's series holds them.
    """
    starts = range(0, len(values), _CHUNK)
    parts = (_digits(values[start : start + _CHUNK]) for start in starts)
    text = f"[{', '.join(parts)}]".replace("nan", "null")
    return _INTEGRAL.sub("", text)


def _digits(values: Sequence[float | None]) -> str:
    """The numbers' texts, comma between; `nan` for None, which is no number's text."""
    column = np.array(values, dtype=np.float64)
    with np.errstate(over="ignore", under="ignore"):
        narrow = column.astype(np.float32)
    texts: list[bytes] = narrow.astype(_WIDTH).tolist()
    size = np.abs(narrow)
    for index in np.nonzero((size < _PLAIN_MIN) | (size >= _PLAIN_MAX))[0]:
        is_lost = np.isinf(narrow[index]) or (narrow[index] == 0 and column[index] != 0)
        number = float(column[index] if is_lost else texts[index])
        texts[index] = repr(number).encode()
    return b", ".join(texts).decode()
