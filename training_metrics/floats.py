"""Numbers as text: for the document in the fewest digits, for the journal exactly.

The digits read back as the same float32. NumPy finds them, Python prints them: NumPy's
own print changes between versions (1e16 or 10000000000000000.0), Python's does not.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np

_WIDTH: Final = "S24"
"""Room for the longest text of a float32, `-9999999900000000.0`."""

# Between these, every version of NumPy prints as Python does.
_PLAIN_MIN: Final = 1e-4
_PLAIN_MAX: Final = 1e6

# A background writer must not hold the interpreter for a whole long series at once.
_CHUNK: Final = 500
_INTEGRAL: Final = re.compile(r"(?<!-0)\.0(?=,|$)")


def to_texts(values: Sequence[float | None]) -> Iterator[str]:
    """A JSON list of numbers and nulls; an integral number is written as an integer.

    A number that float32 cannot hold, because it would become infinite or zero, keeps
    its float64 digits.

    Args:
        values: finite floats, integers and None, as a document's series holds them.

    Yields:
        The list's text in pieces that each take a fraction of a millisecond.
    """
    separator = "["
    for start in range(0, len(values), _CHUNK):
        text = _digits(values[start : start + _CHUNK]).replace("nan", "null")
        if ".0," in text or text.endswith(".0"):
            text = _INTEGRAL.sub("", text)
        yield separator + text
        separator = ", "
    yield "]" if len(values) else "[]"


def pack(numbers: Iterable[float]) -> str:
    """All bits of float64 numbers: base64 of eight little-endian bytes each.

    About half as long as their digits, and made in a tenth of the time.
    """
    return b64encode(np.fromiter(numbers, "<f8").tobytes()).decode()


def unpack(text: str) -> list[float]:
    """The numbers that `pack` was given.

    Raises:
        ValueError: the text is none of its.
    """
    numbers: list[float] = np.frombuffer(b64decode(text), "<f8").tolist()
    return numbers


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
