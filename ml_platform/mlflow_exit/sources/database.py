"""What the tracking source asks of a database; SQLite and PostgreSQL give it."""

from contextlib import AbstractContextManager
from typing import Any, Protocol

Row = tuple[Any, ...]


class Database(Protocol):
    """A database opened for reading only.

    Attributes:
        label: the address without its password; names the source in the archive.
    """

    label: str

    def snapshot(self) -> AbstractContextManager[None]:
        """Makes all queries inside see one state of the database.

        Kept short (one run), because SQLite's writers wait for its end.
        """

    def columns(self) -> dict[str, list[str]]:
        """Returns the column names of every table."""

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """Returns the rows of a query with `?` in place of each value.

        Raises:
            SourceAway: The database did not answer.
        """

    def close(self) -> None:
        """Ends the connection."""
