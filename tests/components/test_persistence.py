"""The document as KFP artifacts: on success, on failure, and never twice."""

import hashlib
from pathlib import Path

import pytest

from components import environment
from components.errors import ComponentError
from components.persistence import finish, notify, persist
from tests.support.recorder import recording
from training_metrics import MetricsCollector


def document_path(artifacts_uri: str) -> Path:
    return Path(artifacts_uri) / "training_metrics.json"


def test_the_artifact_is_the_document_byte_for_byte(completed, outputs):
    persist(artifacts_uri=completed, journal_path="", **outputs)
    stored = document_path(completed).read_bytes()
    artifact = outputs["training_metrics"]
    assert Path(artifact.path).read_bytes() == stored
    assert artifact.metadata["sha256"] == hashlib.sha256(stored).hexdigest()
    assert artifact.metadata["epochs"] == 3
    assert artifact.metadata["status"] == "completed"
    assert artifact.metadata["best_epoch"] == '{"loss.loss": 2}'


def test_only_finite_finals_become_scalars(completed, outputs):
    persist(artifacts_uri=completed, journal_path="", **outputs)
    assert outputs["metrics"].metadata == {"test_recall_at_100": 0.27}


def test_a_document_that_the_store_never_got_comes_from_the_journal(
    artifacts_uri, journal, outputs
):
    persist(artifacts_uri=artifacts_uri, journal_path=str(journal), **outputs)
    assert document_path(artifacts_uri).exists()
    assert outputs["training_metrics"].metadata["epochs"] == 2


@pytest.mark.parametrize(
    ("made_by", "asked_by", "cached_from"),
    [
        ("job-1", "job-2", "job-1"),
        ("job-1", "job-1", None),
        ("job-1", "", None),
        ("", "job-2", None),
    ],
)
def test_a_training_step_that_was_reused_is_told_by_its_job(
    artifacts_uri, outputs, capsys, made_by, asked_by, cached_from
):
    with MetricsCollector(artifacts_uri) as collector:
        collector.record_run({"pipeline_job": made_by})
        collector.log_metrics({"loss": 1.0}, 0)
        collector.save()
    persist(
        artifacts_uri=artifacts_uri, journal_path="", pipeline_job=asked_by, **outputs
    )
    assert outputs["training_metrics"].metadata.get("cached_from") == cached_from
    assert ("reused, not run again" in capsys.readouterr().out) is bool(cached_from)


def finished(artifacts_uri, outputs, **changes):
    finish(
        **{
            "succeeded": False,
            "failure_message": "the train step failed",
            "artifacts_uri": artifacts_uri,
            "django_url": "",
            "quick_test_id": 7,
            **outputs,
            **changes,
        }
    )


def test_after_success_the_exit_handler_does_nothing_twice(completed, outputs):
    with recording(lambda request: (200, {})) as django:
        finished(completed, outputs, succeeded=True, django_url=django.url)
    assert django.requests == []
    assert not Path(outputs["report"].path).exists()


def test_after_a_failure_what_exists_is_persisted_and_django_told(
    completed, outputs, monkeypatch
):
    monkeypatch.setenv(environment.NOTIFY_SECRET, "s3cret")
    with recording(lambda request: (200, {})) as django:
        finished(completed, outputs, django_url=django.url)
    [request] = django.requests
    assert request.json["quick_test_id"] == 7
    assert request.json["sha256"] == outputs["training_metrics"].metadata["sha256"]
    assert "<svg" in Path(outputs["report"].path).read_text()


def test_a_run_that_failed_before_any_document_gets_one(artifacts_uri, outputs):
    finished(artifacts_uri, outputs)
    assert outputs["training_metrics"].metadata["status"] == "failed"
    assert "the train step failed" in Path(outputs["report"].path).read_text()


def test_a_place_that_cannot_be_written_is_an_error_with_its_cause(outputs):
    with pytest.raises(ComponentError, match="could not be kept"):
        finished("/proc/nowhere/7", outputs)


def test_a_lost_notification_is_said_and_fails_nothing(
    completed, outputs, monkeypatch, capsys
):
    monkeypatch.delenv(environment.NOTIFY_SECRET, raising=False)
    persist(artifacts_uri=completed, journal_path="", **outputs)
    delivered = notify(
        artifacts_uri=completed,
        metadata=outputs["training_metrics"].metadata,
        django_url="http://127.0.0.1:9",
        quick_test_id=7,
    )
    assert delivered is False
    assert "not sent: TRACKLESS_NOTIFY_SECRET is not set" in capsys.readouterr().out
