"""What a restoration asks of the new database; SQLite and PostgreSQL give it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from ml_platform.mlflow_exit.errors import SourceRefused

Fit = Callable[[str], Any]
"""Makes of a field's text what the database is given; ValueError where it cannot."""

Fits = dict[str, Fit | None]
"""A table's columns, None for one that the database computes."""


class Target(Protocol):
    """A database whose tables MLflow itself has made.

    Attributes:
        label: the address without its password.
    """

    label: str

    def columns(self) -> dict[str, Fits]:
        """Returns every table's columns with what fits a text to each."""

    def parents(self) -> dict[str, set[str]]:
        """Returns the tables that each table's rows must point into."""

    def rows(self, table: str, column: str, count: int) -> list[Any]:
        """Returns the first values of a column."""

    def writing(self) -> AbstractContextManager[None]:
        """Makes all that is written inside there whole, or not at all.

        Raises:
            RestoreRefused: The database did not take it.
        """

    def clear(self, table: str) -> None:
        """Deletes all rows of a table."""

    def insert(
        self, table: str, columns: Sequence[str], rows: Iterator[list[Any]]
    ) -> None:
        """Writes the rows."""

    def number_on(self) -> None:
        """Makes the ids that MLflow will draw begin after those that are there."""

    def close(self) -> None:
        """Ends the connection."""


def target_open(url: str) -> Target:
    """Opens a database to restore into; the caller closes it.

    Raises:
        SourceRefused: The address is no database's, or nothing is there.
        SourceAway: The database did not answer.
    """
    if url.startswith("sqlite:///"):
        from ml_platform.mlflow_exit.restoring.sqlite import SqliteTarget

        return SqliteTarget(url)
    if url.startswith(("postgresql://", "postgres://")):
        from ml_platform.mlflow_exit.restoring.postgresql import PostgresqlTarget

        return PostgresqlTarget(url)
    scheme = url.partition(":")[0][:40]
    raise SourceRefused(
        f"{scheme}:…",
        f"received the scheme {scheme!r}",
        "rows go into a database: sqlite:///path or postgresql://user:password@host/db",
    )
