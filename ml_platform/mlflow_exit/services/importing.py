"""The import: every run of a source into the archive, its document and its cache.

For each run in turn:

1. read it from one state of the source;
2. archive it with its record, in one transaction;
3. write the document that the archive gives, and cache it; record that.

Killed anywhere, the next import finds what is done by the records and does the rest.
Memory holds one run at a time.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from ml_platform.mlflow_exit.archive import run_held
from ml_platform.mlflow_exit.errors import RunUnreadable
from ml_platform.mlflow_exit.models import ArchivedRun, DocumentState
from ml_platform.mlflow_exit.runs import HeldRun
from ml_platform.mlflow_exit.services.archiving import (
    Archived,
    experiments_archive,
    run_archive,
)
from ml_platform.mlflow_exit.services.documents import document_make, experiment_name
from ml_platform.mlflow_exit.sources.source import Source

Progress = Callable[[int, int], None]


@dataclass
class Imported:
    """What the import did.

    Attributes:
        new, unchanged, replaced: numbers of runs.
        changed: ids of runs that the archive holds otherwise, left as they are there.
        points: points of the new and replaced runs.
        documents: documents written or found in place by this import.
        own_documents: ids of runs whose own document stays.
        problems: a line for each run that could not be read, and each document that
            could not be written or cached.
        lacking: columns and tables that the source's schema has not.
    """

    new: int = 0
    unchanged: int = 0
    replaced: int = 0
    points: int = 0
    documents: int = 0
    changed: list[str] = field(default_factory=list)
    own_documents: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)


def runs_import(
    *, source: Source, replace: bool = False, progress: Progress | None = None
) -> Imported:
    """Imports every run of the source.

    Args:
        source: an open source.
        replace: write over archived runs that the source now holds otherwise.
        progress: called after each run with the runs done and their number.

    Raises:
        SourceAway: The source stopped answering; what was imported stays.
    """
    done = Imported(lacking=source.lacking)
    experiments = source.experiments()
    experiments_archive(source=source.label, experiments=experiments)
    names = {one.experiment_id: one.columns.get("name") or "" for one in experiments}
    run_ids = source.run_ids()
    for index, run_id in enumerate(run_ids, start=1):
        _import_one(done, source, run_id, names, replace)
        if progress:
            progress(index, len(run_ids))
    return done


def _import_one(
    done: Imported,
    source: Source,
    run_id: str,
    names: dict[str, str],
    replace: bool,
) -> None:
    try:
        held = source.run(run_id)
    except RunUnreadable as error:
        done.problems.append(f"{error}; the run is not archived")
        return
    name = names.get(str(held.columns.get("experiment_id")), "")
    record, outcome = run_archive(
        source=source.label, held=held, experiment_name=name, replace=replace
    )
    if outcome is Archived.CHANGED:
        done.changed.append(run_id)
        held, name = run_held(record), experiment_name(record)
    else:
        setattr(done, outcome.value, getattr(done, outcome.value) + 1)
    if outcome in (Archived.NEW, Archived.REPLACED):
        done.points += len(held.points)
    _make_document(done, record, held, name)


def _make_document(
    done: Imported, record: ArchivedRun, held: HeldRun, name: str
) -> None:
    if record.document_state != DocumentState.PENDING:
        return
    if problem := document_make(record, held, name):
        done.problems.append(problem)
    elif record.document_state == DocumentState.OWN:
        done.own_documents.append(record.run_id)
    else:
        done.documents += 1
