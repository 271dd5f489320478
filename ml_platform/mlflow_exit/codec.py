"""A run's points as bytes: the format in which the archive keeps them.

Version 1, all numbers with the lowest byte first; N points, K keys:

    4 bytes    `TMP` and the version, 1
    32 bytes   SHA-256 of the rest
    the rest   compressed by zlib:
        8 bytes    N
        8 bytes    K
        8 K bytes  how many bytes each key has
        keys       in order, UTF-8, half of a surrogate pair by itself as three bytes
        8 K bytes  how many points each key has
        8 N bytes  steps
        8 N bytes  times in milliseconds
        8 N bytes  values, as the 64 bits of the float
        N bytes    1 where MLflow flagged a NaN, else 0

The columns are in the order that `Points` has, so the same points give the same bytes.
"""

import hashlib
import struct
import zlib

import numpy as np

from ml_platform.mlflow_exit.points import WHOLE, Points

_MAGIC = b"TMP\x01"
_COUNTS = struct.Struct("<QQ")
# Values hardly shrink at any level; steps and times shrink to nothing at the lowest.
_LEVEL = 1


class NoPoints(ValueError):
    """Bytes that `encode` did not write; the text says what is wrong with them."""


def encode(points: Points) -> bytes:
    """Returns the points as bytes."""
    keys = [key.encode("utf-8", "surrogatepass") for key in points.keys]
    body = [_COUNTS.pack(len(points), len(keys))]
    body += [np.fromiter(map(len, keys), WHOLE, len(keys)).tobytes(), *keys]
    body += [column.tobytes() for column in points.columns()]
    packed = zlib.compress(b"".join(body), _LEVEL)
    return _MAGIC + hashlib.sha256(packed).digest() + packed


def decode(data: bytes) -> Points:
    """Returns the points that `encode` was given.

    Raises:
        NoPoints: The bytes are cut off, altered, or none of ours.
    """
    begins, digest, packed = data[:4], data[4:36], data[36:]
    if begins != _MAGIC:
        raise NoPoints(f"they begin with {begins!r}, not with {_MAGIC!r}")
    if hashlib.sha256(packed).digest() != digest:
        raise NoPoints("they are cut off or altered: their SHA-256 is another one")
    return _read(zlib.decompress(packed))


def _read(body: bytes) -> Points:
    """Reads a body by its lengths; its digest was right, so they are, too."""
    point_count, key_count = _COUNTS.unpack_from(body)
    at, keys = _COUNTS.size + 8 * key_count, []
    for length in np.frombuffer(body, WHOLE, key_count, _COUNTS.size).tolist():
        keys.append(body[at : at + length].decode("utf-8", "surrogatepass"))
        at += length

    def numbers(count: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        nonlocal at
        column = np.frombuffer(body, WHOLE, count, at)
        at += column.nbytes
        return column

    return Points(
        keys=tuple(keys),
        counts=numbers(key_count),
        steps=numbers(point_count),
        timestamps_ms=numbers(point_count),
        bits=numbers(point_count),
        is_nan=np.frombuffer(body, np.bool_, point_count, at),
    )
