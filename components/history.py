"""Keeping a failed run's history: what exists, with the cause, at the run's place."""

from pathlib import Path

from components.errors import ChildFailed
from training_metrics.document import (
    ErrorInfo,
    TrainingMetrics,
    utc_now,
)
from training_metrics.errors import DocumentNotFound, TrainingMetricsError
from training_metrics.journal import recover
from training_metrics.reading import read_document
from training_metrics.storage import document_uri
from training_metrics.writing import write_document


def keep_history(
    artifacts_uri: str,
    *,
    journal: Path | None,
    failure: ChildFailed,
    quick_test_id: int,
) -> str:
    """Writes what was trained, the status and the cause.

    1. From the journal, which has every epoch that ended.
    2. Without a journal, from the snapshot in the store.
    3. With neither, an empty document that says why.

    Args:
        artifacts_uri: The run's folder.
        journal: The trainer's, or None where there was no training.
        failure: Why the step failed.
        quick_test_id: The run's id in Django; 0 when it has none.

    Returns:
        One sentence for the log. A store that is away is said, not raised: the step
        fails for its own cause, and the journal is still an artifact of it.
    """
    uri = document_uri(artifacts_uri)
    try:
        document = _what_exists(uri, journal)
        if document.status == "completed":
            return f"{uri} is complete already; left as it is"
        document = document.model_copy(
            update={
                "status": "interrupted" if failure.interrupted else "failed",
                "error": ErrorInfo(message=failure.message, kind=failure.kind),
                "saved_at": utc_now(),
                "run": {"quick_test_id": quick_test_id, **document.run},
            }
        )
        write_document(document, uri)
    except TrainingMetricsError as error:
        return f"the history was not written: {error}"
    return f"{uri}: {len(document.epochs)} epochs kept, {document.status}"


def _what_exists(uri: str, journal: Path | None) -> TrainingMetrics:
    if journal is not None and journal.exists():
        return recover(journal)
    try:
        return read_document(uri).document
    except DocumentNotFound:
        return TrainingMetrics()
