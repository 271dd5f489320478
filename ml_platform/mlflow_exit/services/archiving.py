"""Writing a run into the archive: its rows and its record in one transaction.

A run is there whole or not at all, whenever the process is killed. A run that is there
already is compared by digest; a different one replaces it only when asked to.
"""

from enum import Enum
from functools import cache
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from ml_platform.experiments.models import QuickTest, RunStatus
from ml_platform.experiments.services.quick_tests import quick_test_create
from ml_platform.experiments.storable import storable_text
from ml_platform.mlflow_exit.models import (
    ArchivedExperiment,
    ArchivedParam,
    ArchivedPoint,
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

_POINTS_A_STATEMENT = 500


class Archived(Enum):
    """What happened to a run."""

    NEW = "new"
    UNCHANGED = "unchanged"
    REPLACED = "replaced"
    CHANGED = "changed"


def experiment_archive(*, source: str, experiment: HeldExperiment) -> None:
    """Keeps an experiment's columns and tags as they are now."""
    ArchivedExperiment.objects.update_or_create(
        source=source,
        experiment_id=experiment.experiment_id,
        defaults={
            "columns": _columns_stored(experiment.columns),
            "tags": [[_stored(k), _stored(v)] for k, v in experiment.tags],
        },
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
        _write_rows(record, held)
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


def _write_rows(record: ArchivedRun, held: HeldRun) -> None:
    for rows in (record.points, record.params, record.tags):
        rows.all().delete()
    _insert_points(record, held)
    for model, pairs in ((ArchivedParam, held.params), (ArchivedTag, held.tags)):
        model.objects.bulk_create(
            model(run=record, key=text_stored(key), value=_stored(value))
            for key, value in pairs
        )


def _insert_points(record: ArchivedRun, held: HeldRun) -> None:
    """Inserts by plain SQL, many rows a statement: all else took most of the import."""
    stored = cache(text_stored)
    with connection.cursor() as cursor:
        for start in range(0, len(held.points), _POINTS_A_STATEMENT):
            points = held.points[start : start + _POINTS_A_STATEMENT]
            values: list[Any] = []
            for key, step, bits, timestamp_ms, is_nan in points:
                values += (record.pk, stored(key), step, bits, timestamp_ms, is_nan)
            marks = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(points))
            cursor.execute(
                f"INSERT INTO {ArchivedPoint._meta.db_table} "
                "(run_id, key, step, value_bits, timestamp_ms, is_nan) "
                f"VALUES {marks}",
                values,
            )


def _attach_quick_test(
    record: ArchivedRun, held: HeldRun, experiment_name: str
) -> None:
    """Finds the QuickTest that names this run, or makes one and marks it as made."""
    if record.quick_test_id or not held.columns:
        return
    known = QuickTest.objects.filter(mlflow_run_id=held.run_id).order_by("pk")
    record.quick_test = known.first()
    if record.quick_test is None:
        record.quick_test = _quick_test_made(held, experiment_name)
        record.made_quick_test = True


def _quick_test_made(held: HeldRun, experiment_name: str) -> QuickTest:
    columns = held.columns
    name = columns.get("name") or dict(held.tags).get("mlflow.runName") or held.run_id
    made = quick_test_create(name=name[:250], params={})
    made.mlflow_run_id = held.run_id
    made.mlflow_experiment_name = storable_text(experiment_name)[:500]
    made.status = STATUSES.get(columns["status"], RunStatus.INTERRUPTED)
    made.started_at = moment(columns.get("start_time"))
    made.ended_at = moment(columns.get("end_time"))
    made.save()
    return made


def _columns_stored(columns: Any) -> dict[str, Any]:
    return {name: _stored(value) for name, value in columns.items()}


def _stored(value: Any) -> Any:
    return text_stored(value) if isinstance(value, str) else value
