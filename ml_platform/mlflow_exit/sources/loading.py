"""CSV files of one table, into a table of SQLite whose columns have no type.

Each value is checked as it comes; the first that MLflow does not write refuses its file
by name and line.
"""

import sqlite3
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from ml_platform.mlflow_exit.errors import FolderRefused
from ml_platform.mlflow_exit.sources.fields import Field, rows_of
from ml_platform.mlflow_exit.sources.tables import (
    NEEDED,
    ORDERS,
    SHORTEST,
    is_text,
    kind_of,
)

COPY = "export it with `\\copy {0} to '{0}.csv' csv header`"
Numbered = tuple[int, list[Field]]


def table_load(
    tables: sqlite3.Connection, table: str, paths: list[Path], by_line: bool
) -> list[str]:
    """Writes the files of a table; returns its columns.

    Args:
        tables: the database, in a transaction.
        table: its name.
        paths: its files in order.
        by_line: give each row its line's number as its id.

    Raises:
        FolderRefused: A file is cut off, or holds what MLflow does not write.
    """
    columns: list[str] = []
    for path in paths:
        names, rows = _opened(table, path)
        if not columns:
            columns = names
            listed = ", ".join(f'"{name}"' for name in names)
            tables.execute(f'CREATE TABLE "{table}" ({listed})')
        if names != columns:
            received = f"the columns {names}, the first file has {columns}"
            raise FolderRefused(path.name, 1, received, COPY.format(table))
        marks = ", ".join(
            f"CAST(?{at} AS TEXT)" if is_text(table, name) else f"?{at}"
            for at, name in enumerate(names, start=2)
        )
        tables.executemany(
            f'INSERT INTO "{table}" (rowid, {listed}) VALUES (?1, {marks})',
            (
                (number if by_line else None, *values)
                for number, values in _converted(table, path.name, names, rows)
            ),
        )
    return columns


def _opened(table: str, path: Path) -> tuple[list[str], Iterator[Numbered]]:
    """Returns the columns and the rows, whether the file names them or not."""
    rows = rows_of(path)
    first = next(rows, None)
    order = ORDERS.get(table)
    if first is None:
        # A table without rows, exported without names.
        return order or ["c0"], rows
    row = first[1]
    if order is None:
        # Not read here, only counted; a first row of words names the columns.
        headed = all(field and field.isidentifier() for field in row)
        names = [f"c{at}" for at in range(len(row))]
    else:
        headed = 2 * len(set(row) & set(order)) >= len(row)
        names = [str(name) for name in row] if headed else order[: len(row)]
        _refuse_columns(table, path.name, row, names)
    return names, rows if headed else chain([first], rows)


def _refuse_columns(table: str, file: str, row: list[Field], names: list[str]) -> None:
    lacking = sorted(NEEDED[table] - set(names))
    received = ""
    if len(set(names)) < len(names):
        received = "a column's name twice"
    elif lacking:
        received = f"no column {', '.join(lacking)}"
    elif len(row) > len(names):
        received = f"{len(row)} columns, MLflow's table has {len(names)}"
    elif len(row) < SHORTEST.get(table, len(NEEDED[table])):
        received = f"{len(row)} columns without names"
    if received:
        raise FolderRefused(file, 1, received, COPY.format(table))


def _converted(
    table: str, file: str, names: list[str], rows: Iterator[Numbered]
) -> Iterator[tuple[int, list[Any]]]:
    kinds = [kind_of(table, name) for name in names]
    for number, row in rows:
        if len(row) != len(names):
            received = f"{len(row)} values, there are {len(names)} columns"
            remedy = "the file is cut off or damaged; " + COPY.format(table)
            raise FolderRefused(file, number, received, remedy)
        try:
            yield number, [kind(text) for kind, text in zip(kinds, row, strict=True)]
        except ValueError as error:
            raise _refused(table, file, number, names, row) from error


def _refused(
    table: str, file: str, number: int, names: list[str], row: list[Field]
) -> FolderRefused:
    """The error for a row, naming its first value that is none."""
    for name, text in zip(names, row, strict=True):
        try:
            kind_of(table, name)(text)
        except ValueError:
            break
    received = f"column {name}: {(text or '')[:80]!r}"
    remedy = "MLflow writes none such; " + COPY.format(table)
    return FolderRefused(file, number, received, remedy)
