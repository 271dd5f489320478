"""A folder of CSV files as psql's `\\copy` makes it, or as `backup` does.

The files are checked whole before anything is read from them: they go into a temporary
SQLite database whose columns keep every value as it was given, and that is read like
MLflow's own. Memory does not grow with the files; the temporary folder takes twice
their size. A folder with a manifest is checked against that, one without against
itself (`consistency.py`).
"""

import math
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from ml_platform.mlflow_exit.errors import FolderRefused, SourceRefused
from ml_platform.mlflow_exit.manifest import Manifest, fetched, manifest_read
from ml_platform.mlflow_exit.sources.consistency import refuse_contradictions
from ml_platform.mlflow_exit.sources.database import Row
from ml_platform.mlflow_exit.sources.loading import COPY, table_load
from ml_platform.mlflow_exit.sources.sqlite import SqliteDatabase
from ml_platform.mlflow_exit.sources.tables import MAY_LACK, NEEDED

_INDEXES = {
    "runs": "run_uuid",
    "metrics": 'run_uuid, "key"',
    "latest_metrics": 'run_uuid, "key"',
    "params": "run_uuid",
    "tags": "run_uuid",
}


class FolderDatabase(SqliteDatabase):
    """Implements `Database` by the temporary one."""

    def __init__(self, place: str) -> None:
        is_local = not place.startswith("gs://")
        label = str(Path(place).absolute()) if is_local else place.rstrip("/")
        self._temporary = tempfile.TemporaryDirectory(prefix="mlflow-exit-")
        try:
            path = Path(self._temporary.name) / "tables.db"
            _fill(path, label)
            super().__init__(f"sqlite:///{path}")
        except BaseException:
            self._temporary.cleanup()
            raise
        self.label = label

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """See `Database`."""
        return [
            tuple(math.nan if type(one) is bytes else one for one in row)
            for row in super().rows(sql, *values)
        ]

    def close(self) -> None:
        """Removes the temporary database."""
        super().close()
        self._temporary.cleanup()


def _fill(path: Path, place: str) -> None:
    manifest = manifest_read(place)
    files = _files(place, manifest, path.parent)
    lacking = sorted(NEEDED.keys() - MAY_LACK - files.keys())
    if lacking:
        remedy = COPY.format(lacking[0])
        raise FolderRefused(f"{lacking[0]}.csv", None, "not there", remedy)
    with closing(sqlite3.connect(path, isolation_level=None)) as tables:
        tables.execute("PRAGMA synchronous = OFF")
        tables.execute("BEGIN")
        columns = {
            table: table_load(tables, table, paths, by_line=manifest is None)
            for table, paths in files.items()
        }
        for table in _INDEXES.keys() & files.keys():
            tables.execute(f"CREATE INDEX {table}_by ON {table} ({_INDEXES[table]})")
        if manifest is None:
            refuse_contradictions(tables, columns)
        else:
            _refuse_other_counts(tables, manifest)
        tables.execute("COMMIT")


def _files(
    place: str, manifest: Manifest | None, temporary: Path
) -> dict[str, list[Path]]:
    """The files of each table, checked by the manifest where there is one."""
    if manifest is not None:
        return {
            table: [fetched(place, file, temporary) for file in held.files]
            for table, held in manifest.tables.items()
        }
    paths = sorted(Path(place).glob("*.csv"))
    if not paths:
        raise SourceRefused(
            place, "no manifest.json and no .csv file", "give the folder of the files"
        )
    return {path.stem: [path] for path in paths}


def _refuse_other_counts(tables: sqlite3.Connection, manifest: Manifest) -> None:
    for table, held in manifest.tables.items():
        ((count,),) = tables.execute(f'SELECT COUNT(*) FROM "{table}"')
        if count != held.rows:
            raise FolderRefused(
                held.files[-1].name,
                None,
                f"{count} rows of {table}, the manifest has {held.rows}",
                "make the backup again",
            )
