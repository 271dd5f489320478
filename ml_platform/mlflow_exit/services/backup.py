"""A backup: all tables of a database as files, exact to the bit, and its own dump.

1. The place must be empty; nothing is ever overwritten.
2. Cloud SQL makes its own backup and export, where asked.
3. The database is read as of one moment (`Database.frozen`).
4. Every table is written as CSV, in parts that fit into memory, then the dump.
5. The manifest with rows and checksums is written last: a place that has one is whole.

Cut off anywhere, it leaves files without a manifest; a backup of one moment cannot be
continued at another, so it is begun again in an empty place.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from django.utils import timezone

from ml_platform.mlflow_exit.errors import BackupRefused
from ml_platform.mlflow_exit.manifest import (
    NAME,
    CloudSql,
    File,
    Manifest,
    Table,
    stored,
)
from ml_platform.mlflow_exit.sources.database import Database, Tables
from training_metrics.errors import StoreConflict, TrainingMetricsError
from training_metrics.storage import open_store

_PART_BYTES = 64 * 1024 * 1024
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Backup:
    """What was written; `problem` says why the database's own dump is missing."""

    manifest: Manifest
    problem: str


def backup_make(
    *,
    database: Database,
    place: str,
    cloud_sql: str = "",
    progress: Progress | None = None,
) -> Backup:
    """Writes the backup.

    Args:
        database: open.
        place: an empty or new folder, or `gs://bucket/folder`.
        cloud_sql: `PROJECT:INSTANCE:DATABASE`, to have Google make its own first.
        progress: called after each table with the tables done and their number.

    Raises:
        BackupRefused: The place is not empty, or does not take a file.
        CloudSqlFailed: Google's own was asked for and not made.
        SourceAway: The database stopped answering.
    """
    place = place.rstrip("/")
    _refuse_what_is_taken(place)
    google_made = _google_made(cloud_sql, place)
    with (
        tempfile.TemporaryDirectory(prefix="mlflow-exit-") as temporary,
        database.frozen(Path(temporary)) as frozen,
    ):
        columns = {
            table: names
            for table, names in sorted(frozen.database.columns().items())
            if not table.startswith("sqlite_")
        }
        tables: dict[str, Table] = {}
        for done, (table, names) in enumerate(columns.items(), start=1):
            tables[table] = _table(frozen.database, place, table, names)
            if progress:
                progress(done, len(columns))
        dump = frozen.dump
        manifest = Manifest(
            source=database.label,
            made_at=timezone.now().isoformat(),
            tables=tables,
            dump=_write(place, dump.name, dump.read_bytes()) if dump else None,
            cloud_sql=google_made,
        )
        _write(place, NAME, manifest.model_dump_json(indent=1).encode() + b"\n")
        return Backup(manifest, frozen.problem)


def _google_made(cloud_sql: str, place: str) -> CloudSql | None:
    if not cloud_sql:
        return None
    # Google's client is needed by nobody else here.
    from ml_platform.mlflow_exit.cloud_sql import cloud_sql_backup

    return cloud_sql_backup(address=cloud_sql, place=place)


def _refuse_what_is_taken(place: str) -> None:
    if stored(place, NAME, 0) is not None:
        raise BackupRefused(place, f"it holds {NAME}")
    folder = Path(place)
    if not place.startswith("gs://") and folder.exists():
        if not folder.is_dir():
            raise BackupRefused(place, "it is a file")
        # Names that begin with a dot are locks of earlier writes.
        taken = sorted(p.name for p in folder.iterdir() if p.name[0] != ".")
        if taken:
            raise BackupRefused(place, f"it holds {', '.join(taken[:3])}")


def _table(database: Tables, place: str, table: str, columns: list[str]) -> Table:
    rows, files = 0, []
    for number, (lines, part) in zip(
        count(1), _parts(database.csv_lines(table, columns))
    ):
        name = f"{table}.csv" if number == 1 else f"{table}.{number}.csv"
        files.append(_write(place, name, part))
        rows += lines
    return Table(columns=columns, rows=rows, files=files)


def _parts(lines: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yields files with their number of rows; each begins with the names."""
    header = next(lines)
    part, rows = bytearray(header), 0
    for line in lines:
        if len(part) > _PART_BYTES:
            yield rows, bytes(part)
            part, rows = bytearray(header), 0
        part += line
        rows += 1
    yield rows, bytes(part)


def _write(place: str, name: str, data: bytes) -> File:
    try:
        open_store(f"{place}/{name}").write(data, if_generation=0)
    except StoreConflict as error:
        raise BackupRefused(place, f"it holds {name}") from error
    except TrainingMetricsError as error:
        raise BackupRefused(place, str(error)) from error
    digest = hashlib.sha256(data).hexdigest()
    return File.model_construct(name=name, bytes=len(data), sha256=digest)
