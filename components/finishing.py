"""What the exit handler does after a failure: keeps what exists and tells Django."""

from components import progress
from components.errors import ComponentError
from components.job_folder import FINISH, job_folder
from components.persistence import ScalarMetrics, make_artifacts
from components.telling import tell_django
from components.training import Placed
from training_metrics.document import TrainingMetrics, utc_now
from training_metrics.errors import DocumentNotFound, TrainingMetricsError
from training_metrics.publish import publish
from training_metrics.reading import ReadResult, read_document
from training_metrics.storage import document_uri


def keep_what_exists(
    *,
    failure_message: str,
    artifacts_uri: str,
    django_url: str,
    quick_test_id: int,
    training_metrics: Placed,
    metrics: ScalarMetrics,
    report: Placed,
) -> None:
    """Makes the artifacts of the failed run's document and tells Django.

    The document is the one at the run's place. A run that failed before it wrote one
    gets what its preparation left in the job's folder, or, where that did not fail,
    an empty document with KFP's message.

    Raises:
        ComponentError: The document could neither be read nor written.
    """
    with progress.reported("finish"):
        try:
            read = _read_or_write(
                document_uri(artifacts_uri),
                job_folder(training_metrics.uri, FINISH),
                failure_message,
                quick_test_id,
            )
        except TrainingMetricsError as error:
            raise ComponentError(
                f"what the failed run trained could not be kept: {error}"
            ) from error
        make_artifacts(artifacts_uri, read, training_metrics, metrics, report)
        if django_url:
            tell_django(
                artifacts_uri,
                django_url,
                quick_test_id,
                generation=read.generation,
                sha256=read.sha256,
                status=read.document.status or "failed",
            )


def _read_or_write(
    uri: str, job: str, failure_message: str, quick_test_id: int
) -> ReadResult:
    try:
        return read_document(uri)
    except DocumentNotFound:
        document = _left_by_preparation(job) or _empty(failure_message)
        document.run["quick_test_id"] = quick_test_id
        publish(document, uri)
        return read_document(uri)


def _left_by_preparation(job: str) -> TrainingMetrics | None:
    try:
        return read_document(document_uri(job)).document if job else None
    except DocumentNotFound:
        return None


def _empty(message: str) -> TrainingMetrics:
    error = {
        "kind": "pipeline",
        "message": message or "the run failed before it wrote a document",
    }
    told = {"status": "failed", "error": error, "saved_at": utc_now()}
    return TrainingMetrics.model_validate(told)
