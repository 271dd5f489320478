"""An SQLite file that a new MLflow has made its tables in."""

import math
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ml_platform.mlflow_exit.errors import RestoreRefused, SourceRefused
from ml_platform.mlflow_exit.restoring.target import Fit, Fits

_LOCK_SECONDS = 30
_TRUTHS = {"t": 1, "true": 1, "1": 1, "f": 0, "false": 0, "0": 0}


class SqliteTarget:
    """Implements `Target`."""

    def __init__(self, url: str) -> None:
        path = Path(url.removeprefix("sqlite:///")).absolute()
        self.label = f"sqlite:///{path}"
        if not path.is_file():
            raise SourceRefused(
                self.label,
                "no such file",
                "let the new MLflow make it: "
                f"MLFLOW_TRACKING_URI={self.label} mlflow experiments search",
            )
        self._connection = sqlite3.connect(
            path, timeout=_LOCK_SECONDS, isolation_level=None
        )

    def columns(self) -> dict[str, Fits]:
        """See `Target`; hidden columns are computed ones."""
        sql = "SELECT name, type, hidden FROM pragma_table_xinfo(?)"
        return {
            table: {
                name: None if hidden else _fit(declared)
                for name, declared, hidden in self._all(sql, table)
            }
            for table in self._tables()
        }

    def parents(self) -> dict[str, set[str]]:
        """See `Target`."""
        sql = 'SELECT "table" FROM pragma_foreign_key_list(?)'
        return {
            table: {other for (other,) in self._all(sql, table)}
            for table in self._tables()
        }

    def rows(self, table: str, column: str, count: int) -> list[Any]:
        """See `Target`."""
        sql = f'SELECT "{column}" FROM "{table}" LIMIT {count}'
        return [value for (value,) in self._all(sql)]

    @contextmanager
    def writing(self) -> Iterator[None]:
        """See `Target`."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise RestoreRefused(self.label, str(error)) from error
        finally:
            if self._connection.in_transaction:
                self._connection.rollback()

    def clear(self, table: str) -> None:
        """See `Target`."""
        self._connection.execute(f'DELETE FROM "{table}"')

    def insert(
        self, table: str, columns: Sequence[str], rows: Iterator[list[Any]]
    ) -> None:
        """See `Target`."""
        fits = self.columns()[table]
        marks = ", ".join(
            "CAST(? AS TEXT)" if fits[name] is _text else "?" for name in columns
        )
        listed = ", ".join(f'"{name}"' for name in columns)
        self._connection.executemany(
            f'INSERT INTO "{table}" ({listed}) VALUES ({marks})', rows
        )

    def number_on(self) -> None:
        """Does nothing: SQLite draws the next free number."""

    def close(self) -> None:
        """See `Target`."""
        self._connection.close()

    def _tables(self) -> list[str]:
        sql = "SELECT name FROM sqlite_master WHERE type = 'table'"
        return [table for (table,) in self._all(sql)]

    def _all(self, sql: str, *values: str) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise SourceRefused(
                self.label, str(error), "give an SQLite database"
            ) from error


def _fit(declared: str) -> Fit:
    """What a column of this type is given; whole numbers SQLite reads from text."""
    kind = declared.upper()
    if "BOOL" in kind:
        return _truth
    if any(word in kind for word in ("FLOA", "REAL", "DOUB")):
        return _float
    return _bytes if "BLOB" in kind else _text


def _text(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _truth(text: str) -> int:
    if text.lower() not in _TRUTHS:
        raise ValueError("is no truth value")
    return _TRUTHS[text.lower()]


def _float(text: str) -> float:
    value = float(text)
    if math.isnan(value):
        raise ValueError("SQLite keeps no NaN; restore into PostgreSQL")
    if value == 0 and math.copysign(1, value) < 0:
        raise ValueError("SQLite keeps no sign of zero; restore into PostgreSQL")
    return value


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("\\x"))
