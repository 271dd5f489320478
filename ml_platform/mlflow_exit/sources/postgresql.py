"""A PostgreSQL database, in read-only transactions."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg

from ml_platform.mlflow_exit.errors import SourceAway
from ml_platform.mlflow_exit.sources.database import Row

_COLUMNS = (
    "SELECT table_name, column_name FROM information_schema.columns "
    "WHERE table_schema = ANY (current_schemas(false)) ORDER BY ordinal_position"
)


class PostgresqlDatabase:
    """Implements `Database`."""

    def __init__(self, url: str) -> None:
        self.label = _without_password(url)
        try:
            # Before PostgreSQL 12 floats came rounded unless asked for whole.
            self._connection = psycopg.connect(
                url, autocommit=True, options="-c extra_float_digits=3"
            )
        except psycopg.Error as error:
            raise SourceAway(self.label, _one_line(error)) from error
        self._connection.read_only = True
        self._connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """See `Database`."""
        with self._connection.transaction():
            yield

    def columns(self) -> dict[str, list[str]]:
        """See `Database`."""
        found: dict[str, list[str]] = {}
        for table, column in self.rows(_COLUMNS):
            found.setdefault(table, []).append(column)
        return found

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """See `Database`."""
        query = sql.replace("%", "%%").replace("?", "%s").encode()
        try:
            return self._connection.execute(query, values or None).fetchall()
        except psycopg.Error as error:
            raise SourceAway(self.label, _one_line(error)) from error

    def close(self) -> None:
        """See `Database`."""
        self._connection.close()


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    user, at, place = parts.netloc.rpartition("@")
    return f"postgresql://{user.partition(':')[0]}{at}{place}{parts.path}"


def _one_line(error: psycopg.Error) -> str:
    return " ".join(str(error).split()) or type(error).__name__
