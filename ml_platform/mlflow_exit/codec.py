"""A run's points as bytes: the format in which the archive keeps them.

Version 1, all numbers with the lowest byte first; N points, K keys:

    4 bytes    `TMP` and the version, 1
    32 bytes   SHA-256 of the rest
    8 bytes    N
    8 N bytes  values, as the 64 bits of the float; they would hardly shrink
    the rest   compressed by zlib:
        8 bytes    K
        8 K bytes  how many bytes each key has
        keys       in order, UTF-8, half of a surrogate pair by itself as three bytes
        8 K bytes  how many points each key has
        8 N bytes  steps
        8 N bytes  times in milliseconds
        N bytes    1 where MLflow flagged a NaN, else 0

The columns are in the order that `Points` has, so the same points give the same bytes.
"""

import hashlib
import zlib

import numpy as np
from numpy.typing import NDArray

from ml_platform.mlflow_exit.points import WHOLE, Points

_MAGIC = b"TMP\x01"
# Steps and times repeat so much that more effort makes them no smaller.
_LEVEL = 1


class NoPoints(ValueError):
    """Bytes that `encode` did not write; the text says what is wrong with them."""


def encode(points: Points) -> bytes:
    """Returns the points as bytes."""
    keys = [key.encode("utf-8", "surrogatepass") for key in points.keys]
    lengths = np.array([len(keys), *map(len, keys)], WHOLE)
    columns = (points.counts, points.steps, points.timestamps_ms, points.is_nan)
    repeating = [lengths.tobytes(), *keys, *(column.tobytes() for column in columns)]
    rest = b"".join(
        [
            np.array([len(points)], WHOLE).tobytes(),
            points.bits.tobytes(),
            zlib.compress(b"".join(repeating), _LEVEL),
        ]
    )
    return _MAGIC + hashlib.sha256(rest).digest() + rest


def decode(data: bytes) -> Points:
    """Returns the points that `encode` was given.

    Raises:
        NoPoints: The bytes are cut off, altered, or none of ours.
    """
    begins, digest, rest = data[:4], data[4:36], data[36:]
    if begins != _MAGIC:
        raise NoPoints(f"they begin with {begins!r}, not with {_MAGIC!r}")
    if hashlib.sha256(rest).digest() != digest:
        raise NoPoints("they are cut off or altered: their SHA-256 is another one")
    # The digest was right, so all lengths below are, too.
    numbers = _Reader(rest)
    (count,) = numbers.whole(1)
    bits = numbers.whole(count)
    repeating = _Reader(zlib.decompress(numbers.taken(len(rest))))
    (key_count,) = repeating.whole(1)
    keys = [
        repeating.taken(length).decode("utf-8", "surrogatepass")
        for length in repeating.whole(key_count)
    ]
    return Points(
        keys=tuple(keys),
        counts=repeating.whole(key_count),
        steps=repeating.whole(count),
        timestamps_ms=repeating.whole(count),
        bits=bits,
        is_nan=np.frombuffer(repeating.taken(count), np.bool_),
    )


class _Reader:
    """Takes bytes from the front, one part after the other."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def taken(self, count: int) -> bytes:
        """Returns the next bytes."""
        start, self._at = self._at, self._at + count
        return self._data[start : self._at]

    def whole(self, count: int) -> NDArray[np.int64]:
        """Returns the next numbers, [count]."""
        return np.frombuffer(self.taken(8 * count), WHOLE)
