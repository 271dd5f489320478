"""Where MLflow's data is read from."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from ml_platform.mlflow_exit.errors import SourceRefused
from ml_platform.mlflow_exit.sources.calls import Calls
from ml_platform.mlflow_exit.sources.database import Database
from ml_platform.mlflow_exit.sources.folder import FolderDatabase
from ml_platform.mlflow_exit.sources.postgresql import PostgresqlDatabase
from ml_platform.mlflow_exit.sources.rest import RestSource
from ml_platform.mlflow_exit.sources.source import Source
from ml_platform.mlflow_exit.sources.sqlite import SqliteDatabase
from ml_platform.mlflow_exit.sources.tracking import TrackingSource


@contextmanager
def source_open(url: str) -> Iterator[Source]:
    """Opens a source for reading, and closes it.

    Args:
        url: `sqlite:///relative`, `sqlite:////absolute` or
            `postgresql://user:password@host/name`, as MLflow itself is given it;
            `http://host:5000` or `https://…`, its server; a folder of CSV files, also
            `gs://bucket/folder` where it is a backup.

    Raises:
        SourceRefused: The address is of another kind, or what is there is not MLflow's.
        FolderRefused: A file of the folder is cut off or contradicts another.
        SourceAway: The database or the server did not answer.
    """
    if url.startswith(("http://", "https://")):
        with closing(Calls(url)) as calls:
            yield RestSource(calls)
    elif url.startswith("gs://") or ":" not in url:
        with closing(FolderDatabase(url)) as folder:
            yield TrackingSource(folder)
    else:
        with closing(database_open(url)) as database:
            yield TrackingSource(database)


def database_open(url: str) -> Database:
    """Opens a tracking database for reading; the caller closes it.

    Raises:
        SourceRefused: The address is no database's.
        SourceAway: The database did not answer.
    """
    if url.startswith("sqlite:///"):
        return SqliteDatabase(url)
    if url.startswith(("postgresql://", "postgres://")):
        return PostgresqlDatabase(url)
    scheme = url.partition(":")[0][:40]
    raise SourceRefused(
        f"{scheme}:…",
        f"received the scheme {scheme!r}",
        "use sqlite:///path, postgresql://user:password@host/name, http://host:5000 "
        "or the path of a folder",
    )
