"""A PostgreSQL database, in read-only transactions."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from ml_platform.mlflow_exit.errors import SourceAway
from ml_platform.mlflow_exit.sources.database import Frozen, Row

_COLUMNS = (
    "SELECT table_name, column_name FROM information_schema.columns "
    "WHERE table_schema = ANY (current_schemas(false)) ORDER BY ordinal_position"
)


class PostgresqlDatabase:
    """Implements `Database`."""

    def __init__(self, url: str) -> None:
        self.label = label_of(url)
        self._url = url
        try:
            # Before PostgreSQL 12 floats came rounded unless asked for whole.
            self._connection = psycopg.connect(
                url, autocommit=True, options="-c extra_float_digits=3"
            )
        except psycopg.Error as error:
            raise SourceAway(self.label, one_line(error)) from error
        self._connection.read_only = True
        self._connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """See `Database`."""
        with self._connection.transaction():
            yield

    @contextmanager
    def frozen(self, folder: Path) -> Iterator[Frozen]:
        """See `Database`; `pg_dump` is given the snapshot that the tables come from."""
        path = folder / "postgresql.dump"
        with self.snapshot():
            ((snapshot,),) = self.rows("SELECT pg_export_snapshot()")
            problem = self._dump(path, snapshot)
            yield Frozen(self, None if problem else path, problem)

    def csv_lines(self, table: str, columns: list[str]) -> Iterator[bytes]:
        """See `Tables`; the server sends a row at a time."""
        listed = ", ".join(f'"{name}"' for name in columns)
        query = f'COPY (SELECT {listed} FROM "{table}") TO STDOUT (FORMAT csv, HEADER)'
        try:
            with (
                self._connection.cursor() as cursor,
                cursor.copy(query.encode()) as copy,
            ):
                for line in copy:
                    yield bytes(line)
        except psycopg.Error as error:
            raise SourceAway(self.label, one_line(error)) from error

    def _dump(self, path: Path, snapshot: str) -> str:
        """Runs `pg_dump`; returns why there is no dump, empty where there is one."""
        program = shutil.which("pg_dump")
        if program is None:
            return "no pg_dump on this machine; install PostgreSQL's client programs"
        options = ["--format=custom", f"--snapshot={snapshot}", f"--file={path}"]
        # Not on the command line, where every user of the machine reads it.
        told = psycopg.conninfo.conninfo_to_dict(self._url)
        password = told.pop("password", None)
        address = psycopg.conninfo.make_conninfo("", **told)
        secret = {"PGPASSWORD": str(password)} if password else {}
        done = subprocess.run(
            [program, *options, f"--dbname={address}"],
            env=os.environ | secret,
            capture_output=True,
            text=True,
        )
        return "" if done.returncode == 0 else " ".join(done.stderr.split())[:300]

    def columns(self, *tables: str) -> dict[str, list[str]]:
        """See `Tables`."""
        found: dict[str, list[str]] = {}
        for table, column in self.rows(_COLUMNS):
            if table in tables or not tables:
                found.setdefault(table, []).append(column)
        return found

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """See `Database`."""
        query = sql.replace("%", "%%").replace("?", "%s").encode()
        try:
            return self._connection.execute(query, values or None).fetchall()
        except psycopg.Error as error:
            raise SourceAway(self.label, one_line(error)) from error

    def close(self) -> None:
        """See `Database`."""
        self._connection.close()


def label_of(url: str) -> str:
    """Returns the address without its password and options."""
    parts = urlsplit(url)
    user, at, place = parts.netloc.rpartition("@")
    return f"postgresql://{user.partition(':')[0]}{at}{place}{parts.path}"


def one_line(error: psycopg.Error) -> str:
    """Returns what the database said, as one line."""
    return " ".join(str(error).split()) or type(error).__name__
