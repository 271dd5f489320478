"""One run as the API tells it."""

from typing import Any

from django.urls import reverse

from ml_platform.experiments.models import QuickTest


def run_row(run: QuickTest) -> dict[str, Any]:
    """Returns a run's facts, finals and params; never its history."""
    return {
        "id": run.pk,
        "number": run.number,
        "name": run.name,
        "status": run.status,
        "model_type": run.model_type or None,
        "split": run.split or None,
        "created_at": run.created_at,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "duration_seconds": run.duration_seconds,
        "epochs": run.epoch_count,
        "best_val_loss": run.best_val_loss,
        "best_epoch": run.best_epoch,
        "final_metrics": run.final_metrics,
        "params": run.params,
        "artifacts_uri": run.gcs_artifacts_path,
        "pipeline_job_name": run.pipeline_job_name or None,
        "rerun_of": run.rerun_of_id,
        "mlflow_run_id": run.mlflow_run_id or None,
        "cached_at": run.cached_at,
        "cached_sha256": run.cached_sha256 or None,
        "pruned_at": run.pruned_at,
        "reason": run.reason_code or None,
        "url": reverse("experiments:run", args=[run.pk]),
    }
