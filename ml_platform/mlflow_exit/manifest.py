"""What a backup holds: every file with its size, checksum and rows.

Written last, so a folder that has a manifest holds a whole backup.
"""

import hashlib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ml_platform.mlflow_exit.errors import FolderRefused, SourceAway
from training_metrics.errors import TrainingMetricsError
from training_metrics.storage import open_store

NAME = "manifest.json"
PART_BYTES_MAX = 256 * 1024 * 1024
_MANIFEST_BYTES_MAX = 16 * 1024 * 1024
_PLAIN_NAME = r"^[A-Za-z0-9_]+(\.[0-9]+)?\.(csv|db|dump)$"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class File(_Strict):
    """One file of a backup."""

    name: str = Field(pattern=_PLAIN_NAME)
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Table(_Strict):
    """A table's columns in their order, the number of its rows, its files in order."""

    columns: list[str]
    rows: int = Field(ge=0)
    files: list[File] = Field(min_length=1)


class CloudSql(_Strict):
    """What Cloud SQL made of the database by itself: a backup, and an export."""

    project: str
    instance: str
    database: str
    backup_id: str
    export: str
    export_bytes: int = Field(gt=0)


class Manifest(_Strict):
    """The backup as a whole.

    `dump` is the database's own backup beside the tables: of SQLite a database, of
    PostgreSQL what `pg_restore` reads. `cloud_sql` is Google's, where it was asked for.
    """

    format: Literal["mlflow_exit backup"] = "mlflow_exit backup"
    version: Literal[1] = 1
    source: str
    made_at: str
    tables: dict[str, Table]
    dump: File | None = None
    cloud_sql: CloudSql | None = None

    def files(self) -> list[File]:
        """Returns every file of the tables."""
        return [file for table in self.tables.values() for file in table.files]


def manifest_read(place: str) -> Manifest | None:
    """Returns the manifest of a folder or `gs://` place, None where there is none.

    Raises:
        FolderRefused: It is none that `backup` writes.
        SourceAway: The store did not answer.
    """
    data = stored(place, NAME, _MANIFEST_BYTES_MAX)
    if data is None:
        return None
    try:
        return Manifest.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "$"
        remedy = "make the backup again, or remove the manifest"
        received = f"{where}: {first['msg']}"
        raise FolderRefused(NAME, None, received, remedy) from error


def fetched(place: str, file: File, folder: Path) -> Path:
    """Returns a file of a backup, brought here where it is not, checked.

    Raises:
        FolderRefused: It is not there, or not as the manifest has it.
        SourceAway: The store did not answer.
    """
    path = Path(place) / file.name
    if place.startswith("gs://"):
        path = folder / file.name
        path.write_bytes(stored(place, file.name, PART_BYTES_MAX) or b"")
    if not path.is_file():
        raise FolderRefused(file.name, None, "not there", "copy the backup again")
    with path.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    if found != file.sha256:
        received = f"sha256 {found[:12]}…, {NAME} has {file.sha256[:12]}…"
        remedy = "the file is cut off or changed; copy the backup again"
        raise FolderRefused(file.name, None, received, remedy)
    return path


def stored(place: str, name: str, bytes_max: int) -> bytes | None:
    """Returns a file's content, None where it is not there.

    Raises:
        SourceAway: The store did not answer.
    """
    try:
        found = open_store(f"{place.rstrip('/')}/{name}").read(bytes_max)
    except TrainingMetricsError as error:
        raise SourceAway(place, str(error)) from error
    return found.data if found else None
