"""Rows of a CSV file as PostgreSQL has them: an absent text is not an empty one.

An absent value is written as nothing and an empty text as `""`; Python's `csv` reads
both alike. Text between quotes is anything, line ends included, a quote doubled.
"""

import math
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ml_platform.mlflow_exit.errors import FolderRefused

Field = str | None

_FIELD = re.compile(r'(?:"((?:[^"]|"")*)"|([^",]*))(,|$)')
_QUOTED = re.compile('[",\r\n]')
_ROW_CHARACTERS_MAX = 64 * 1024 * 1024
_AGAIN = "the file is cut off or damaged; export the table again"


def rows_of(path: Path) -> Iterator[tuple[int, list[Field]]]:
    """Yields each row with the number of the line that it begins on.

    Bytes that are no UTF-8 are kept apart, as the SQLite source does.

    Raises:
        FolderRefused: The last row has no end, or a row is no CSV.
    """
    with path.open(encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        begun: list[str] = []
        begins, quotes, length = 1, 0, 0
        for number, line in enumerate(file, start=1):
            begun.append(line)
            quotes, length = quotes + line.count('"'), length + len(line)
            if quotes % 2 and length < _ROW_CHARACTERS_MAX:
                continue
            yield begins, _split(path.name, begins, "".join(begun))
            begun, begins, quotes, length = [], number + 1, 0, 0
    if begun:
        raise FolderRefused(path.name, begins, "a quote that never closes", _AGAIN)


def line_of(row: Iterable[Any]) -> bytes:
    """Returns the row's line; numbers have all their digits."""
    text = ",".join(map(_written, row)) + "\n"
    return text.encode("utf-8", "surrogateescape")


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, float) and math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    text = repr(value) if isinstance(value, float) else str(value)
    if text in ("", "\\.") or _QUOTED.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def _split(name: str, number: int, row: str) -> list[Field]:
    if not row.endswith("\n"):
        raise FolderRefused(name, number, "a last line without an end", _AGAIN)
    text = row[:-1].removesuffix("\r")
    if '"' not in text:
        return [field or None for field in text.split(",")]
    fields: list[Field] = []
    at = 0
    while True:
        met = _FIELD.match(text, at)
        if met is None:
            raise FolderRefused(name, number, f"no CSV at column {at + 1}", _AGAIN)
        quoted, plain, end = met.groups()
        fields.append(plain or None if quoted is None else quoted.replace('""', '"'))
        if not end:
            return fields
        at = met.end()
