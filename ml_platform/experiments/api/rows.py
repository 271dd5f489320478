"""Runs as the API tells them: facts, finals and params, never a history."""

from operator import attrgetter
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from ml_platform.experiments.models import QuickTest

_COLUMNS = {
    "id": "pk",
    "number": "number",
    "name": "name",
    "status": "status",
    "model_type": "model_type",
    "split": "split",
    "created_at": "created_at",
    "started_at": "started_at",
    "ended_at": "ended_at",
    "duration_seconds": "duration_seconds",
    "epochs": "epoch_count",
    "best_val_loss": "best_val_loss",
    "best_epoch": "best_epoch",
    "final_metrics": "final_metrics",
    "params": "params",
    "artifacts_uri": "gcs_artifacts_path",
    "pipeline_job_name": "pipeline_job_name",
    "rerun_of": "rerun_of_id",
    "mlflow_run_id": "mlflow_run_id",
    "cached_at": "cached_at",
    "cached_sha256": "cached_sha256",
    "pruned_at": "pruned_at",
    "reason": "reason_code",
}
_NULL_WHERE_EMPTY = (
    "model_type",
    "split",
    "pipeline_job_name",
    "mlflow_run_id",
    "cached_sha256",
    "reason",
)
_values_of = attrgetter(*_COLUMNS.values())


def run_row(run: QuickTest) -> dict[str, Any]:
    """Returns one run."""
    return _row(_values_of(run))


def run_rows(runs: QuerySet[QuickTest]) -> list[dict[str, Any]]:
    """Returns many runs, of which nothing but what is told is read."""
    return [_row(values) for values in runs.values_list(*_COLUMNS.values())]


def _row(values: tuple[Any, ...]) -> dict[str, Any]:
    row = dict(zip(_COLUMNS, values, strict=True))
    for name in _NULL_WHERE_EMPTY:
        row[name] = row[name] or None
    row["url"] = reverse("experiments:run", args=[row["id"]])
    return row
