"""The exit handler: nothing twice after success, else what exists is kept and told."""

from pathlib import Path

import pytest
from kfp.dsl import PipelineTaskFinalStatus

from components import environment
from components.errors import ChildFailed, ComponentError
from components.finish_run import finish_run
from components.history import keep_history
from tests.support.recorder import recording
from training_metrics.reading import read_document


def finished(artifacts_uri, outputs, django_url="", state="FAILED"):
    finish_run.python_func(
        status=PipelineTaskFinalStatus(state, "job", "training", 9, "the DAG failed"),
        artifacts_uri=artifacts_uri,
        django_url=django_url,
        quick_test_id=7,
        **outputs,
    )


def test_after_success_nothing_is_done_twice(completed, outputs):
    with recording(lambda request: (200, {})) as django:
        finished(completed, outputs, django.url, state="SUCCEEDED")
    assert django.requests == []
    assert not Path(outputs["report"].path).exists()


def test_after_a_failure_what_exists_is_persisted_and_django_told(
    completed, outputs, monkeypatch
):
    monkeypatch.setenv(environment.NOTIFY_SECRET, "s3cret")
    with recording(lambda request: (200, {})) as django:
        finished(completed, outputs, django.url)
    [request] = django.requests
    assert request.json["quick_test_id"] == 7
    assert request.json["sha256"] == outputs["training_metrics"].metadata["sha256"]
    assert "<svg" in Path(outputs["report"].path).read_text()


def test_a_run_that_failed_before_any_document_gets_one(artifacts_uri, outputs):
    finished(artifacts_uri, outputs)
    assert outputs["training_metrics"].metadata["status"] == "failed"
    assert "the DAG failed" in Path(outputs["report"].path).read_text()


def test_a_preparation_s_cause_comes_from_the_job_s_folder(
    artifacts_uri, outputs, tmp_path
):
    cause = ChildFailed("exit", "orders.csv: no lines", interrupted=False, exit_code=2)
    job = tmp_path / "recommender-training-1"
    keep_history(str(job), journal=None, failure=cause, quick_test_id=0)
    outputs["training_metrics"].uri = str(job / "finish-run" / "training_metrics")
    Path(outputs["training_metrics"].path).parent.mkdir()

    finished(artifacts_uri, outputs)

    kept = read_document(f"{artifacts_uri}/training_metrics.json").document
    assert (kept.status, kept.error.message) == ("failed", "orders.csv: no lines")
    assert kept.run["quick_test_id"] == 7


def test_a_place_that_cannot_be_written_is_an_error_with_its_cause(outputs):
    with pytest.raises(ComponentError, match="could not be kept"):
        finished("/proc/nowhere/7", outputs)
