"""A gzip answer put together of pieces that were compressed before.

A piece is a raw deflate stream (RFC 1951) that ends on a byte and is not marked as the
last: such streams may follow each other within one gzip member (RFC 1952), whose
checksum is combined from theirs. Nothing here knows what the pieces say.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

_HEADER = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
_EMPTY_LAST_BLOCK = b"\x03\x00"
_POLYNOMIAL = 0xEDB88320  # of CRC-32, bits reflected
_ONE, _X = 1 << 31, 1 << 30


@dataclass(frozen=True)
class Deflated:
    """Compressed bytes with the CRC-32 and the number of those they stand for."""

    data: bytes
    crc32: int
    size: int


def deflated(content: bytes, level: int = 1) -> Deflated:
    """Compresses one piece; `level` as zlib's, 1 quickest to 9 smallest."""
    stream = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    data = stream.compress(content) + stream.flush(zlib.Z_FULL_FLUSH)
    return Deflated(data, zlib.crc32(content), len(content))


def inflated(piece: Deflated) -> bytes:
    """Returns the content of one piece."""
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(piece.data)


def gzip_of(pieces: Iterable[Deflated]) -> bytes:
    """Returns one gzip member that holds the pieces' contents one after the other."""
    parts, crc32, size = [_HEADER], 0, 0
    for piece in pieces:
        parts.append(piece.data)
        crc32 = _times(_x_to_the(8 * piece.size), crc32) ^ piece.crc32
        size += piece.size
    trailer = crc32.to_bytes(4, "little") + (size % 2**32).to_bytes(4, "little")
    return b"".join([*parts, _EMPTY_LAST_BLOCK, trailer])


def _times(a: int, b: int) -> int:
    """Returns the product of two polynomials modulo CRC-32's, as zlib's `multmodp`."""
    product = 0
    for bit in range(31, -1, -1):
        if a >> bit & 1:
            product ^= b
        b = b >> 1 ^ _POLYNOMIAL if b & 1 else b >> 1
    return product


def _squares() -> list[int]:
    powers = [_X]
    while len(powers) < 64:
        powers.append(_times(powers[-1], powers[-1]))
    return powers


_SQUARES = _squares()
"""x to the 1st, 2nd, 4th, 8th … power."""


def _x_to_the(exponent: int) -> int:
    power = _ONE
    for bit in range(exponent.bit_length()):
        if exponent >> bit & 1:
            power = _times(_SQUARES[bit], power)
    return power
