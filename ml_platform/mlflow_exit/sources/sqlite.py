"""An SQLite file, opened read-only: the exit cannot change its source."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ml_platform.mlflow_exit.errors import SourceAway, SourceRefused
from ml_platform.mlflow_exit.sources.database import Frozen, Row
from ml_platform.mlflow_exit.sources.fields import line_of

_LOCK_SECONDS = 30
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"
_COLUMNS = "SELECT name FROM pragma_table_info(?)"


class SqliteDatabase:
    """Implements `Database`."""

    def __init__(self, url: str) -> None:
        path = Path(url.removeprefix("sqlite:///")).absolute()
        self.label = f"sqlite:///{path}"
        if not path.is_file():
            raise SourceRefused(
                self.label,
                "no such file",
                "give the path as MLflow has it, sqlite:////… when absolute",
            )
        self._connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode=ro",
            uri=True,
            timeout=_LOCK_SECONDS,
            isolation_level=None,
        )

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """See `Database`."""
        self.rows("BEGIN")
        try:
            yield
        finally:
            self._connection.rollback()

    @contextmanager
    def frozen(self, folder: Path) -> Iterator[Frozen]:
        """See `Database`; the backup is what the tables are read from."""
        path = folder / "sqlite.db"
        try:
            with closing(sqlite3.connect(path)) as copy:
                self._connection.backup(copy)
        except sqlite3.DatabaseError as error:
            raise SourceAway(self.label, str(error)) from error
        with closing(SqliteDatabase(f"sqlite:///{path}")) as database:
            yield Frozen(database, path, "")

    def csv_lines(self, table: str, columns: list[str]) -> Iterator[bytes]:
        """See `Tables`."""
        yield line_of(columns)
        listed = ", ".join(f'"{name}"' for name in columns)
        try:
            with self._any_text():
                query = f'SELECT {listed} FROM "{table}"'
                for row in self._connection.execute(query):
                    yield line_of(row)
        except sqlite3.DatabaseError as error:
            raise SourceAway(self.label, str(error)) from error

    def columns(self, *tables: str) -> dict[str, list[str]]:
        """See `Tables`."""
        names = tables or [name for (name,) in self.rows(_TABLES)]
        found = {
            table: [name for (name,) in self.rows(_COLUMNS, table)] for table in names
        }
        return {table: columns for table, columns in found.items() if columns}

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """See `Database`."""
        try:
            return self._quick_rows(sql, values)
        except sqlite3.DatabaseError as error:
            raise SourceAway(self.label, _said(error)) from error

    def _quick_rows(self, sql: str, values: tuple[Any, ...]) -> list[Row]:
        """Reads text as Python does by itself, and again where there is other text."""
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.OperationalError as error:
            # SQLite's own errors have a code; this is Python's, of text.
            if hasattr(error, "sqlite_errorcode"):
                raise
        with self._any_text():
            return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def _any_text(self) -> Iterator[None]:
        """Has bytes that are no UTF-8 kept apart instead of stopping the reading."""
        self._connection.text_factory = _escaped
        try:
            yield
        finally:
            self._connection.text_factory = str

    def close(self) -> None:
        """See `Database`."""
        self._connection.close()


def _said(error: sqlite3.DatabaseError) -> str:
    """What SQLite said; of what a killed writer left, what that means."""
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_READONLY_ROLLBACK:
        return (
            "its writer was killed; open it once with MLflow or sqlite3, which undoes "
            "what was cut off"
        )
    return str(error)


def _escaped(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
