"""What is kept of a failed step: the journal's epochs, the cause, the status."""

import pytest

from components.errors import ChildFailed
from components.history import keep_history, own_failure
from training_metrics import MetricsCollector, read_document
from training_metrics.storage import document_uri

KILLED = ChildFailed(
    "signal",
    "trainer ended by signal 9 (SIGKILL)",
    interrupted=False,
    exit_code=137,
    signal_number=9,
)
OWN = ChildFailed("exit", "ValueError: no such column", interrupted=False, exit_code=1)
STOPPED = ChildFailed("signal", "asked to stop", interrupted=True, exit_code=143)


def kept(artifacts_uri: str):
    return read_document(document_uri(artifacts_uri)).document


def test_the_journal_of_a_killed_trainer_becomes_the_document(artifacts_uri, journal):
    said = keep_history(artifacts_uri, journal=journal, failure=KILLED, quick_test_id=7)
    document = kept(artifacts_uri)
    assert document.epochs == [0, 1]
    assert document.loss["loss"] == [3.0, 2.0]
    assert document.status == "failed"
    assert document.error.message == "trainer ended by signal 9 (SIGKILL)"
    assert document.error.kind == "signal"
    assert document.run["attempts"][0]["ended_by"] == "signal 9"
    assert document.run["quick_test_id"] == 7
    assert "2 epochs kept, failed" in said


def test_a_step_that_was_asked_to_stop_is_interrupted(artifacts_uri, journal):
    keep_history(artifacts_uri, journal=journal, failure=STOPPED, quick_test_id=7)
    assert kept(artifacts_uri).status == "interrupted"


def test_a_step_that_failed_before_training_says_why(artifacts_uri):
    keep_history(artifacts_uri, journal=None, failure=KILLED, quick_test_id=7)
    document = kept(artifacts_uri)
    assert (document.status, document.available) == ("failed", False)
    assert document.error.message == KILLED.message


def test_with_the_disk_gone_the_snapshot_in_the_store_is_kept(artifacts_uri, tmp_path):
    collector = MetricsCollector(artifacts_uri, journal=str(tmp_path / "j"))
    collector.log_metrics({"loss": 3.0}, 0)
    collector.end_epoch(0)
    collector.save("interrupted")
    keep_history(
        artifacts_uri, journal=tmp_path / "gone", failure=KILLED, quick_test_id=7
    )
    document = kept(artifacts_uri)
    assert document.epochs == [0]
    assert document.status == "failed"


def test_a_store_that_is_away_is_said_and_not_raised(journal):
    said = keep_history(
        "/proc/nowhere/7", journal=journal, failure=KILLED, quick_test_id=7
    )
    assert said.startswith("the history was not written: ")


@pytest.mark.parametrize(
    ("failure", "job", "why"),
    [
        (OWN, "job-1", "ValueError: no such column"),
        (OWN, "job-2", ""),
        (OWN, "", ""),
        (KILLED, "job-1", ""),
        (STOPPED, "job-1", ""),
    ],
)
def test_only_an_own_error_of_the_same_job_is_not_tried_again(
    artifacts_uri, journal, failure, job, why
):
    assert own_failure(artifacts_uri, "job-1") == ""
    keep_history(
        artifacts_uri,
        journal=journal,
        failure=failure,
        quick_test_id=7,
        pipeline_job="job-1",
    )
    assert own_failure(artifacts_uri, job) == why
