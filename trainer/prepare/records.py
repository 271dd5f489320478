"""Gzip TFRecord files, written whole from one shard's examples.

A file's name and records depend on its shard alone, so a repeated Beam step
replaces its file by an equal one. Source: https://www.tensorflow.org/tutorials/load_data/tfrecord
"""

import struct
from collections.abc import Iterable

import google_crc32c
from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems

_MASK = 0xA282EAD8


def write(path: str, examples: Iterable[bytes]) -> None:
    """Writes serialised examples to a local file or any that Beam can write."""
    with FileSystems.create(path, compression_type=CompressionTypes.GZIP) as out:
        for example in examples:
            length = struct.pack("<Q", len(example))
            out.write(length + _checksum(length) + example + _checksum(example))


def _checksum(data: bytes) -> bytes:
    """The format's masked CRC-32C."""
    crc = google_crc32c.value(data)
    rotated = ((crc >> 15) | (crc << 17)) + _MASK
    return struct.pack("<I", rotated & 0xFFFFFFFF)
