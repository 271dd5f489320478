"""Numbers as text: the fewest digits that read back as the same float32.

NumPy finds the digits, Python prints them: NumPy's own print changes between versions
(1e16 or 10000000000000000.0), Python's does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

_WIDTH: Final = "S24"
"""Room for the longest text of a float32, `-9999999900000000.0`."""

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
    return f"[{', '.join(_texts(values))}]"


def _texts(values: Sequence[float | None]) -> Iterator[str]:
    """Texts of a chunk each, without brackets."""
    for start in range(0, len(values), _CHUNK):
        # None becomes NaN, which no series holds otherwise.
        column = np.array(values[start : start + _CHUNK], dtype=np.float64)
        with np.errstate(over="ignore", under="ignore"):
            narrow = column.astype(np.float32)
        is_lost = np.isinf(narrow) | ((narrow == 0) & (column != 0))
        digits = np.where(is_lost, column, narrow.astype(_WIDTH).astype(np.float64))
        text = repr(digits.tolist()).replace("nan", "null")
        yield _INTEGRAL.sub("", text)[1:-1]
