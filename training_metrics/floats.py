"""Numbers as text: for the document in the fewest digits, for the journal exactly.

The digits read back as the same float32. Python's spelling is written, since NumPy's
changes between versions (1e16 or 10000000000000000.0).
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic_core import to_json

_WIDTH: Final = "S24"
"""Room for the longest text of a float32, `-9999999900000000.0`."""

# Between these Python and pydantic, which is faster, spell a number alike.
_PLAIN_MIN: Final = 1e-4
_PLAIN_MAX: Final = 1e6

_TENS: Final = 10.0 ** np.arange(13)[:, np.newaxis]
"""A float32 between the two has at most 12 decimals, and times 1e12 is still exact."""

# A background writer must not hold the interpreter for a whole long series at once.
_CHUNK: Final = 1000
_INTEGRAL: Final = re.compile(r"(?<!-0)\.0(?=[,\]])")

Numbers = Sequence[float | None]


def to_texts(values: Numbers) -> Iterator[str]:
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
        yield separator + _listed([values[start : start + _CHUNK]])[0]
        separator = ", "
    yield "]" if len(values) else "[]"


def all_to_texts(series: Iterable[Numbers]) -> Iterator[Iterable[str]]:
    """What `to_texts` yields, for each of many; the short ones together, to be fast."""
    together: list[Numbers] = []
    count = 0
    for values in series:
        count += len(values)
        if count > _CHUNK:
            yield from _bracketed(together)
            together, count = [], len(values)
        if len(values) > _CHUNK:
            yield to_texts(values)
            count = 0
        else:
            together.append(values)
    yield from _bracketed(together)


def as_read(column: NDArray[np.float64]) -> NDArray[np.float64]:
    """The numbers that are read back where these are written, [N]; NaN stays NaN."""
    with np.errstate(over="ignore", under="ignore"):
        narrow = column.astype(np.float32)
    is_plain = _are_plain(column)
    read = column.copy()
    read[is_plain] = _fewest_decimals(narrow[is_plain])
    is_odd = ~is_plain & np.isfinite(narrow) & (narrow != 0)
    read[is_odd] = narrow[is_odd].astype(_WIDTH).astype(np.float64)
    return read


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


def _are_plain(column: NDArray[np.float64]) -> NDArray[np.bool_]:
    size = np.abs(column)
    plain: NDArray[np.bool_] = (size >= _PLAIN_MIN) & (size < _PLAIN_MAX) | (size == 0)
    return plain


def _fewest_decimals(narrow: NDArray[np.float32]) -> NDArray[np.float64]:
    """The nearest number of the fewest decimals that is still the same float32, [N].

    That is what NumPy's own search for the digits finds, one number after the other.
    """
    candidates = np.rint(narrow.astype(np.float64) * _TENS) / _TENS
    fits = candidates.astype(np.float32) == narrow
    found: NDArray[np.float64] = candidates[fits.argmax(axis=0), np.arange(len(narrow))]
    return found


def _bracketed(series: list[Numbers]) -> Iterator[list[str]]:
    return (["[", text, "]"] for text in _listed(series)) if series else iter(())


def _listed(series: list[Numbers]) -> list[str]:
    """Each list's text without its brackets."""
    column = as_read(np.array([v for values in series for v in values], np.float64))
    numbers, ends = column.tolist(), list(accumulate(map(len, series)))
    starts = [0, *ends]
    rows = [numbers[a:b] for a, b in zip(starts, ends, strict=False)]
    if np.all(_are_plain(column) | np.isnan(column)):
        text = to_json(rows).decode().replace(",", ", ")
    else:
        text = json.dumps(rows)
    text = text.replace("NaN", "null")
    if ".0" in text:
        text = _INTEGRAL.sub("", text)
    return text[2:-2].split("], [")
