"""A PostgreSQL database that a new MLflow has made its tables in."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from ml_platform.mlflow_exit.errors import RestoreRefused, SourceAway
from ml_platform.mlflow_exit.restoring.target import Fits
from ml_platform.mlflow_exit.sources.postgresql import label_of, one_line

_COLUMNS = (
    "SELECT table_name, column_name, is_generated FROM information_schema.columns "
    "WHERE table_schema = ANY (current_schemas(false)) ORDER BY ordinal_position"
)
_PARENTS = (
    "SELECT child.relname, parent.relname FROM pg_constraint "
    "JOIN pg_class child ON child.oid = conrelid "
    "JOIN pg_class parent ON parent.oid = confrelid "
    "WHERE contype = 'f' AND child.relnamespace::regnamespace::text "
    "= ANY (current_schemas(false))"
)
_NUMBERED = (
    "SELECT table_name, column_name, "
    "pg_get_serial_sequence(quote_ident(table_name), column_name) "
    "FROM information_schema.columns "
    "WHERE table_schema = ANY (current_schemas(false)) "
    "AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL"
)

_NOT_KEPT = re.compile("[\x00\ud800-\udfff]")


class PostgresqlTarget:
    """Implements `Target`."""

    def __init__(self, url: str) -> None:
        self.label = label_of(url)
        try:
            self._connection = psycopg.connect(url, autocommit=True)
        except psycopg.Error as error:
            raise SourceAway(self.label, one_line(error)) from error

    def columns(self) -> dict[str, Fits]:
        """See `Target`; PostgreSQL reads every type from text."""
        found: dict[str, Fits] = {}
        for table, column, generated in self._all(_COLUMNS):
            fit = None if generated == "ALWAYS" else _text
            found.setdefault(table, {})[column] = fit
        return found

    def parents(self) -> dict[str, set[str]]:
        """See `Target`."""
        found: dict[str, set[str]] = {}
        for child, parent in self._all(_PARENTS):
            found.setdefault(child, set()).add(parent)
        return found

    def rows(self, table: str, column: str, count: int) -> list[Any]:
        """See `Target`."""
        sql = f'SELECT "{column}" FROM "{table}" LIMIT {count}'
        return [value for (value,) in self._all(sql)]

    @contextmanager
    def writing(self) -> Iterator[None]:
        """See `Target`."""
        try:
            with self._connection.transaction():
                yield
        except psycopg.Error as error:
            raise RestoreRefused(self.label, one_line(error)) from error

    def clear(self, table: str) -> None:
        """See `Target`."""
        self._connection.execute(f'DELETE FROM "{table}"'.encode())

    def insert(
        self, table: str, columns: Sequence[str], rows: Iterator[list[Any]]
    ) -> None:
        """See `Target`."""
        listed = ", ".join(f'"{name}"' for name in columns)
        query = f'COPY "{table}" ({listed}) FROM STDIN'.encode()
        with self._connection.cursor() as cursor, cursor.copy(query) as copy:
            for row in rows:
                copy.write_row(row)

    def number_on(self) -> None:
        """See `Target`; rows that bring their own ids leave the sequences behind."""
        for table, column, sequence in self._all(_NUMBERED):
            query = (
                f'SELECT setval(%s, MAX("{column}")) FROM "{table}" '
                f'HAVING MAX("{column}") >= 1'
            )
            self._connection.execute(query.encode(), [sequence])

    def close(self) -> None:
        """See `Target`."""
        self._connection.close()

    def _all(self, sql: str) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql.encode()).fetchall()
        except psycopg.Error as error:
            raise SourceAway(self.label, one_line(error)) from error


def _text(text: str) -> str:
    if _NOT_KEPT.search(text):
        raise ValueError(
            "PostgreSQL keeps neither NUL nor bytes that are no UTF-8; "
            "restore into SQLite"
        )
    return text
