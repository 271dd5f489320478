"""Keeping a failed run's history: what exists, with the cause, at the run's place."""

from pathlib import Path
from typing import Any

from components.errors import OWN_EXIT, ChildFailed
from training_metrics.document import Status, TrainingMetrics, utc_now
from training_metrics.errors import DocumentNotFound, TrainingMetricsError
from training_metrics.journal import recover
from training_metrics.publish import publish
from training_metrics.reading import read_document
from training_metrics.storage import document_uri


def keep_history(
    artifacts_uri: str,
    *,
    journal: Path | None,
    failure: ChildFailed,
    quick_test_id: int,
    pipeline_job: str = "",
) -> str:
    """Writes what was trained, the status and the cause.

    1. From the journal, which has every epoch that ended.
    2. Without a journal, from the snapshot in the store.
    3. With neither, an empty document that says why.

    Args:
        artifacts_uri: The run's folder, or the job's.
        journal: The trainer's, or None where there was no training.
        failure: Why the step failed.
        quick_test_id: The run's id in Django; 0 when it has none.
        pipeline_job: Name of the pipeline's job, "" where it is not known.

    Returns:
        One sentence for the log. A store that is away is said, not raised: the step
        fails for its own cause, and the journal is still on disk.
    """
    uri = document_uri(artifacts_uri)
    status: Status = "interrupted" if failure.interrupted else "failed"
    error = failure.as_document_error()
    try:
        if journal is not None and journal.exists():
            document = recover(journal, status=status, error=error)
        else:
            document = _stored_or_empty(uri, status, error)
        document.run.setdefault("quick_test_id", quick_test_id)
        document.run |= {"pipeline_job": pipeline_job} if pipeline_job else {}
        publish(document, uri)
    except TrainingMetricsError as problem:
        return f"the history was not written: {problem}"
    return f"{uri}: {len(document.epochs)} epochs kept, {document.status}"


def own_failure(artifacts_uri: str, pipeline_job: str) -> str:
    """Why an earlier try of this job failed by itself; "" where none did.

    What ended by a signal (a preemption, memory run out) is worth another try; what
    ended by an error of its own would end so again.
    """
    try:
        document = read_document(document_uri(artifacts_uri)).document
    except TrainingMetricsError:
        return ""
    is_ours = pipeline_job and document.run.get("pipeline_job") == pipeline_job
    if not is_ours or document.status != "failed" or document.error is None:
        return ""
    return document.error.message if document.error.kind == OWN_EXIT else ""


def _stored_or_empty(
    uri: str, status: Status, error: dict[str, Any]
) -> TrainingMetrics:
    """The snapshot in the store, or a document without an epoch, with this cause."""
    try:
        stored = read_document(uri).document
    except DocumentNotFound:
        stored = TrainingMetrics.model_validate({})
    told = {"status": status, "error": error, "saved_at": utc_now()}
    return TrainingMetrics.model_validate(stored.model_dump(exclude_unset=True) | told)
