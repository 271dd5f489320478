"""Writing a run into the archive: what it has and its record in one transaction.

A run is there whole or not at all, whenever the process is killed. A run that is there
already is compared by digest; a different one replaces it only when asked to.
"""

from collections.abc import Iterable
from enum import Enum
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from ml_platform.experiments.models import QuickTest, RunStatus
from ml_platform.experiments.services.quick_tests import quick_test_create
from ml_platform.experiments.storable import storable_text
from ml_platform.mlflow_exit import codec
from ml_platform.mlflow_exit.models import (
    ArchivedExperiment,
    ArchivedParam,
    ArchivedPoints,
    ArchivedRun,
    ArchivedTag,
    DocumentState,
)
from ml_platform.mlflow_exit.moments import moment
from ml_platform.mlflow_exit.runs import HeldExperiment, HeldRun
from ml_platform.mlflow_exit.texts import text_stored

STATUSES = {
    "FINISHED": RunStatus.COMPLETED,
    "FAILED": RunStatus.FAILED,
    "KILLED": RunStatus.INTERRUPTED,
    "RUNNING": RunStatus.RUNNING,
    "SCHEDULED": RunStatus.SUBMITTED,
}


class Archived(Enum):
    """What happened to a run."""

    NEW = "new"
    UNCHANGED = "unchanged"
    REPLACED = "replaced"
    CHANGED = "changed"


def experiments_archive(*, source: str, experiments: Iterable[HeldExperiment]) -> None:
    """Keeps the experiments' columns and tags as they are now."""
    ArchivedExperiment.objects.bulk_create(
        [
            ArchivedExperiment(
                source=source,
                experiment_id=held.experiment_id,
                columns=_columns_stored(held.columns),
                tags=[[_stored(k), _stored(v)] for k, v in held.tags],
            )
            for held in experiments
        ],
        update_conflicts=True,
        unique_fields=["source", "experiment_id"],
        update_fields=["columns", "tags"],
    )


def run_archive(
    *, source: str, held: HeldRun, experiment_name: str, replace: bool
) -> tuple[ArchivedRun, Archived]:
    """Archives a run and gives it its QuickTest.

    Args:
        source: the source's label.
        held: the run as just read.
        experiment_name: for the QuickTest; empty where not known.
        replace: write over what the archive holds where it differs.
    """
    try:
        return _archive(source, held, experiment_name, replace)
    except IntegrityError:
        # Another import archived it meanwhile; now it is there to compare with.
        return _archive(source, held, experiment_name, replace)


def _archive(
    source: str, held: HeldRun, experiment_name: str, replace: bool
) -> tuple[ArchivedRun, Archived]:
    with transaction.atomic():
        there = ArchivedRun.objects.select_for_update().filter(run_id=held.run_id)
        record = there.first()
        digest = held.digest()
        if record is None:
            record = ArchivedRun(run_id=held.run_id)
            outcome = Archived.NEW
        elif record.digest == digest:
            return record, Archived.UNCHANGED
        elif not replace:
            return record, Archived.CHANGED
        else:
            outcome = Archived.REPLACED
        _fill(record, source, held, digest)
        _attach_quick_test(record, held, experiment_name)
        record.save()
        _write_rows(record, held, outcome)
    return record, outcome


def _fill(record: ArchivedRun, source: str, held: HeldRun, digest: str) -> None:
    record.source, record.digest = source, digest
    record.columns = _columns_stored(held.columns)
    record.point_count = len(held.points)
    record.param_count, record.tag_count = len(held.params), len(held.tags)
    record.archived_at = timezone.now()
    record.document_state = (
        DocumentState.PENDING if held.columns else DocumentState.NONE
    )


def _write_rows(record: ArchivedRun, held: HeldRun, outcome: Archived) -> None:
    if outcome is Archived.REPLACED:
        for rows in (ArchivedPoints, ArchivedParam, ArchivedTag):
            rows.objects.filter(run=record).delete()
    ArchivedPoints.objects.create(run=record, data=codec.encode(held.points))
    for model, pairs in ((ArchivedParam, held.params), (ArchivedTag, held.tags)):
        model.objects.bulk_create(
            model(run=record, key=text_stored(key), value=_stored(value))
            for key, value in pairs
        )


def _attach_quick_test(
    record: ArchivedRun, held: HeldRun, experiment_name: str
) -> None:
    """Finds the QuickTest that names this run, or makes one and marks it as made."""
    if record.quick_test_id or not held.columns:
        return
    known = QuickTest.objects.filter(mlflow_run_id=held.run_id).order_by("pk")
    # Mostly there is none, and asking for one column is asked sooner.
    if pk := known.values_list("pk", flat=True).first():
        record.quick_test = QuickTest.objects.get(pk=pk)
    else:
        record.quick_test = _quick_test_made(held, experiment_name)
        record.made_quick_test = True


def _quick_test_made(held: HeldRun, experiment_name: str) -> QuickTest:
    columns = held.columns
    name = columns.get("name") or dict(held.tags).get("mlflow.runName") or held.run_id
    told = {
        "mlflow_run_id": held.run_id,
        "mlflow_experiment_name": storable_text(experiment_name)[:500],
        "status": STATUSES.get(columns["status"], RunStatus.INTERRUPTED),
        "started_at": moment(columns.get("start_time")),
        "ended_at": moment(columns.get("end_time")),
    }
    return quick_test_create(name=name[:250], params={}, columns=told)


def _columns_stored(columns: Any) -> dict[str, Any]:
    return {name: _stored(value) for name, value in columns.items()}


def _stored(value: Any) -> Any:
    return text_stored(value) if isinstance(value, str) else value
