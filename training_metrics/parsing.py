"""From stored bytes to JSON values, in bounded time and memory.

Understands what needs no guess: a byte-order mark, gzip, UTF-16 and UTF-32. Bare
`NaN` and `Infinity` tokens come out as `Token`; everything else that is not JSON is
refused with its place.
"""

from __future__ import annotations

import codecs
import json
import zlib
from typing import Any, NoReturn

from training_metrics import limits
from training_metrics.errors import DocumentRefused
from training_metrics.findings import Finding


class Token(str):
    """A bare `NaN`, `Infinity` or `-Infinity` in the place of a value."""

    __slots__ = ()


_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_RESTORE = "restore it from the run's journal or an earlier generation"


def parse(data: bytes, file: str) -> tuple[dict[str, Any], list[Finding]]:
    """Parses one JSON object.

    Raises:
        DocumentRefused: it is none, or goes beyond `training_metrics.limits`.
    """
    findings: list[Finding] = []
    text = _decode(_plain(data, file, findings), file, findings)
    _check_size(text, file)
    value = _loads(text, file, findings)
    if not isinstance(value, dict):
        raise DocumentRefused(
            file, "$", f"a JSON {type(value).__name__}, not an object", "check the path"
        )
    return value, findings


def _plain(data: bytes, file: str, findings: list[Finding]) -> bytes:
    """The bytes without gzip, and never more than the limit."""
    if data.startswith(b"\x1f\x8b"):
        unzip = zlib.decompressobj(wbits=31)
        try:
            data = unzip.decompress(data, limits.BYTES_MAX + 1)
        except zlib.error as error:
            raise DocumentRefused(file, "$", f"broken gzip ({error})", _RESTORE) from (
                error
            )
        if len(data) <= limits.BYTES_MAX and not unzip.eof:
            raise DocumentRefused(file, "$", "gzip ends early", _RESTORE)
        if unzip.unused_data.strip(b"\0"):
            _refuse_several(file, f"byte {len(data)} of the decompressed content")
        findings.append(Finding("$", "compressed with gzip", "decompressed"))
    if len(data) > limits.BYTES_MAX:
        raise DocumentRefused(
            file,
            "$",
            f"larger than {limits.BYTES_MAX} bytes",
            "log fewer series or epochs",
        )
    return data


def _decode(data: bytes, file: str, findings: list[Finding]) -> str:
    if not data.strip(b" \t\r\n\0"):
        raise DocumentRefused(file, "$", f"empty ({len(data)} bytes)", _RESTORE)
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            data = data[len(mark) :]
            findings.append(Finding("$", f"{encoding} byte-order mark", "removed"))
            break
    else:
        encoding = json.detect_encoding(data[:4])
        if encoding != "utf-8":
            findings.append(Finding("$", f"written in {encoding}", "decoded"))
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DocumentRefused(
            file, f"byte {error.start}", f"not {encoding} ({error.reason})", _RESTORE
        ) from error


def _check_size(text: str, file: str) -> None:
    tally = limits.Tally()
    tally.add(text, size_bytes=0)  # the bytes were looked at before decoding
    if problem := tally.problem():
        raise DocumentRefused(file, "$", problem, "log fewer series")


def _loads(text: str, file: str, findings: list[Finding]) -> Any:
    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return _members(pairs, file, findings)

    try:
        return json.loads(text, object_pairs_hook=members, parse_constant=Token)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        if error.msg == "Extra data":
            _refuse_several(file, place)
        ends = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
        problem = "the text ends inside the document" if ends else error.msg
        raise DocumentRefused(file, place, problem, _RESTORE) from error
    except RecursionError as error:
        raise DocumentRefused(
            file,
            "$",
            f"nested deeper than {limits.DEPTH_MAX}",
            "flatten params and run",
        ) from error
    except ValueError as error:
        raise DocumentRefused(file, "$", str(error), "write fewer digits") from error


def _members(
    pairs: list[tuple[str, Any]], file: str, findings: list[Finding]
) -> dict[str, Any]:
    """An object's members; the same key twice is borne where both say the same."""
    members: dict[str, Any] = {}
    for key, value in pairs:
        if len(key) > limits.STRING_CHARACTERS_MAX:
            raise DocumentRefused(
                file, key[:40], f"a key of {len(key)} characters", "shorten the name"
            )
        clean = clean_text(key)
        if clean != key:
            findings.append(
                Finding(
                    clean, "a NUL or half a character in the name", "replaced by U+FFFD"
                )
            )
        if clean in members:
            if repr(members[clean]) != repr(value):
                raise DocumentRefused(
                    file,
                    clean,
                    "the key is there twice with different values",
                    "keep one",
                )
            findings.append(Finding(clean, "the key is there twice", "read once"))
        members[clean] = value
    return members


def clean_text(text: str) -> str:
    """The text without what UTF-8 or PostgreSQL cannot hold.

    >>> clean_text("a\\x00b\\ud800") == "a\\ufffdb\\ufffd"
    True
    """
    if text.isascii() and "\0" not in text:
        return text
    return "".join(
        "\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text
    )


def _refuse_several(file: str, place: str) -> NoReturn:
    raise DocumentRefused(
        file, place, "more follows after the document", "keep one document a file"
    )
