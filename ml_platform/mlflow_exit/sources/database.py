"""What the tracking source asks of a database; SQLite and PostgreSQL give it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

Row = tuple[Any, ...]


class Frozen(NamedTuple):
    """A database as of one moment.

    Attributes:
        database: gives rows of that moment only.
        dump: the database's own backup of it; None where `problem` says why not.
        problem: empty where there is a dump.
    """

    database: "Tables"
    dump: Path | None
    problem: str


class Tables(Protocol):
    """A database whose tables can be written out."""

    def columns(self, *tables: str) -> dict[str, list[str]]:
        """Returns the column names of these tables, of all where none is named."""

    def csv_lines(self, table: str, columns: list[str]) -> Iterator[bytes]:
        """Yields the names, then every row, as PostgreSQL writes CSV with names.

        Numbers have all their digits, bytes are `\\x` and hexadecimal.
        """


class Database(Tables, Protocol):
    """A database opened for reading only.

    Attributes:
        label: the address without its password; names the source in the archive.
    """

    label: str

    def snapshot(self) -> AbstractContextManager[None]:
        """Makes all queries inside see one state of the database.

        Kept short (one run), because SQLite's writers wait for its end.
        """

    def frozen(self, folder: Path) -> AbstractContextManager[Frozen]:
        """Gives the database as of one moment, with its own backup in the folder."""

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """Returns the rows of a query with `?` in place of each value.

        Raises:
            SourceAway: The database did not answer.
        """

    def close(self) -> None:
        """Ends the connection."""
