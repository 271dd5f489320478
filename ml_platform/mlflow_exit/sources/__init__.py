"""Where MLflow's data is read from."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from ml_platform.mlflow_exit.errors import SourceRefused
from ml_platform.mlflow_exit.sources.postgresql import PostgresqlDatabase
from ml_platform.mlflow_exit.sources.sqlite import SqliteDatabase
from ml_platform.mlflow_exit.sources.tracking import TrackingSource


@contextmanager
def source_open(url: str) -> Iterator[TrackingSource]:
    """Opens a tracking database for reading, and closes it.

    Args:
        url: `sqlite:///relative`, `sqlite:////absolute` or
            `postgresql://user:password@host/name`, as MLflow itself is given it.

    Raises:
        SourceRefused: The address is of another kind, or the tables are not MLflow's.
        SourceAway: The database did not answer.
    """
    if url.startswith("sqlite:///"):
        database: SqliteDatabase | PostgresqlDatabase = SqliteDatabase(url)
    elif url.startswith(("postgresql://", "postgres://")):
        database = PostgresqlDatabase(url)
    else:
        scheme = url.partition(":")[0][:40]
        raise SourceRefused(
            f"{scheme}:…",
            f"received the scheme {scheme!r}",
            "use sqlite:///path or postgresql://user:password@host/name",
        )
    with closing(database):
        yield TrackingSource(database)
