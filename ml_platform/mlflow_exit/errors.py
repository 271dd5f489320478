"""Errors of the exit. Each text says what and where, what was met, what to do.

ExitError
 ├─ SourceRefused      the source is none we read, or holds no MLflow tables
 ├─ FolderRefused      a file of a folder is cut off, or contradicts another
 ├─ SourceAway         the source is one, but did not answer
 ├─ RunUnreadable      a row of a run is none that MLflow writes
 ├─ NothingArchived    a step that needs the import came before it
 ├─ BackupRefused      the place of a backup cannot take it
 ├─ CloudSqlFailed     Google's backup or export of the database did not end well
 ├─ RestoreRefused     the new database cannot take the backup
 ├─ RunNotArchived     the archive holds no run of this id
 ├─ ArchiveUnreadable  the archive's points of a run are not as they were written
 └─ ReferencesRefused  a search for references that could find nothing
"""

from typing import Any


class ExitError(Exception):
    """Base of the exit's errors; the command prints the text and ends with 2."""


class SourceRefused(ExitError):
    """The address or the database behind it cannot be read as MLflow's."""

    def __init__(self, source: str, received: str, remedy: str) -> None:
        self.source, self.received, self.remedy = source, received, remedy
        super().__init__(f"source {source}: {received}; {remedy}")


class FolderRefused(ExitError):
    """A file of a folder cannot be read, so nothing of the folder is."""

    def __init__(self, file: str, line: int | None, received: str, remedy: str) -> None:
        self.file, self.line, self.received = file, line, received
        place = file if line is None else f"{file}, line {line}"
        super().__init__(f"{place}: {received}; {remedy}")


class SourceAway(ExitError):
    """The database did not answer, or stopped answering half-way."""

    def __init__(self, source: str, received: str) -> None:
        self.source, self.received = source, received
        super().__init__(
            f"source {source}: {received}; mend it and run the step again, "
            "it continues where it stopped"
        )


class RunUnreadable(ExitError):
    """A row of a run holds what MLflow never writes there."""

    def __init__(self, run_id: str, key: Any, step: Any, received: str) -> None:
        self.run_id, self.key, self.step, self.received = run_id, key, step, received
        super().__init__(
            f"run {run_id}: key {key!r}, step {step!r}: {received[:200]} cannot be "
            "read as a point; mend or delete that row in the source"
        )


class NothingArchived(ExitError):
    """No run was imported yet."""

    def __init__(self, step: str) -> None:
        self.step = step
        super().__init__(
            f"{step}: the archive holds no run; "
            "run `manage.py mlflow_exit import --source …` first"
        )


class BackupRefused(ExitError):
    """The place holds something already, or its store did not take a file."""

    def __init__(self, place: str, received: str) -> None:
        self.place, self.received = place, received
        super().__init__(
            f"backup to {place}: {received}; "
            "give an empty folder, nothing is overwritten"
        )


class CloudSqlFailed(ExitError):
    """Cloud SQL's backup or export was not made."""

    def __init__(self, what: str, received: str) -> None:
        self.what, self.received = what, received
        super().__init__(
            f"Cloud SQL {what}: {received}; run the step again with the same place, it "
            "goes on with what was begun"
        )


class RestoreRefused(ExitError):
    """The new database cannot take a row, or holds rows already; nothing was written.

    `received` says where and what, and ends with what to do.
    """

    def __init__(self, target: str, received: str) -> None:
        self.target, self.received = target, received
        super().__init__(f"rollback into {target}: {received}; nothing was written")


class RunNotArchived(ExitError):
    """The archive holds no such run."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        super().__init__(
            f"run {run_id[:80]!r}: not in the archive; "
            "`manage.py mlflow_exit inventory --source …` lists the source's runs"
        )


class ArchiveUnreadable(ExitError):
    """The archive's points of a run cannot be read."""

    def __init__(self, run_id: str, received: str) -> None:
        self.run_id, self.received = run_id, received
        super().__init__(
            f"archive of run {run_id}: its points cannot be read: {received}; bring "
            "back the database, or delete that ArchivedRun and import it again"
        )


class ReferencesRefused(ExitError):
    """A path or pattern of the search that makes it say nothing."""

    def __init__(self, what: str, received: str, remedy: str) -> None:
        self.what, self.received = what, received
        super().__init__(f"references {what}: {received}; {remedy}")
