"""The document as KFP artifacts, and telling Django of it.

Used by the persist, notify and finish components, which only pass their arguments on.
"""

import json
import math
from pathlib import Path
from typing import Any, Protocol

from components import credentials, environment, progress
from components.delivery import Delivery, deliver
from components.errors import ChildFailed, ComponentError
from components.figures import best_epochs
from components.history import keep_history
from components.report import report_html
from components.training import Placed
from training_metrics.document import Status
from training_metrics.errors import DocumentNotFound, TrainingMetricsError
from training_metrics.journal import recover
from training_metrics.notification import Notification
from training_metrics.publish import publish
from training_metrics.reading import ReadResult, read_document
from training_metrics.storage import document_uri, open_store


class ScalarMetrics(Protocol):
    """The part of `kfp.dsl.Metrics` that is used."""

    def log_metric(self, metric: str, value: float) -> None:
        """Adds one scalar."""


def persist(
    *,
    artifacts_uri: str,
    journal_path: str,
    training_metrics: Placed,
    metrics: ScalarMetrics,
    report: Placed,
    pipeline_job: str = "",
) -> None:
    """Makes the three artifacts of the run's document.

    A document that the store did not get is recovered from the journal and put there.
    One of another job than `pipeline_job` is that of a training step which KFP reused
    instead of running it: said, and `cached_from` in the artifact's metadata.

    Raises:
        TrainingMetricsError: There is no document, or it cannot be read.
    """
    with progress.reported("persist"):
        try:
            read = read_document(document_uri(artifacts_uri))
        except DocumentNotFound:
            publish(recover(journal_path), document_uri(artifacts_uri))
            read = read_document(document_uri(artifacts_uri))
        _make_artifacts(artifacts_uri, read, training_metrics, metrics, report)
        made_by = str(read.document.run.get("pipeline_job") or "")
        if pipeline_job and made_by and made_by != pipeline_job:
            training_metrics.metadata["cached_from"] = made_by
            print(f"train: reused, not run again; the document is of job {made_by}")


def notify(
    *,
    artifacts_uri: str,
    metadata: dict[str, Any],
    django_url: str,
    quick_test_id: int,
) -> bool:
    """Tells Django of the persisted document; says what became of it.

    Args:
        artifacts_uri: The run's folder.
        metadata: Of the `training_metrics` artifact.
        django_url: The app's address with its prefix; "" notifies nobody.
        quick_test_id: The run's id in Django.
    """
    if not django_url:
        return False
    progress.report("notify", "start")
    delivery = _tell_django(
        artifacts_uri,
        django_url,
        quick_test_id,
        generation=int(metadata["generation"]),
        sha256=str(metadata["sha256"]),
        status=metadata["status"],
    )
    progress.report("notify", "done", "" if delivery.delivered else delivery.message)
    return delivery.delivered


def finish(
    *,
    succeeded: bool,
    failure_message: str,
    artifacts_uri: str,
    django_url: str,
    quick_test_id: int,
    training_metrics: Placed,
    metrics: ScalarMetrics,
    report: Placed,
) -> None:
    """What the exit handler does: nothing twice after success, else keep and tell.

    A run that failed before it wrote a document gets an empty one that says so.

    Raises:
        ComponentError: The document could neither be read nor written.
    """
    if succeeded:
        print(f"{document_uri(artifacts_uri)}: the run succeeded, nothing to keep")
        return
    with progress.reported("finish"):
        try:
            read = _read_or_write_failed(artifacts_uri, failure_message, quick_test_id)
        except TrainingMetricsError as error:
            raise ComponentError(
                f"what the failed run trained could not be kept: {error}"
            ) from error
        _make_artifacts(artifacts_uri, read, training_metrics, metrics, report)
        if django_url:
            _tell_django(
                artifacts_uri,
                django_url,
                quick_test_id,
                generation=read.generation,
                sha256=read.sha256,
                status=read.document.status or "failed",
            )


def _read_or_write_failed(
    artifacts_uri: str, failure_message: str, quick_test_id: int
) -> ReadResult:
    uri = document_uri(artifacts_uri)
    try:
        return read_document(uri)
    except DocumentNotFound:
        message = failure_message or "the run failed before it wrote a document"
        keep_history(
            artifacts_uri,
            journal=None,
            failure=ChildFailed("pipeline", message, interrupted=False, exit_code=1),
            quick_test_id=quick_test_id,
        )
        return read_document(uri)


def _make_artifacts(
    artifacts_uri: str,
    read: ReadResult,
    training_metrics: Placed,
    metrics: ScalarMetrics,
    report: Placed,
) -> None:
    document = read.document
    stored = open_store(document_uri(artifacts_uri)).read(read.size_bytes)
    if stored is None or stored.generation != read.generation:
        raise ComponentError(
            f"{document_uri(artifacts_uri)} changed while it was persisted; "
            "another run writes to the same place"
        )
    Path(training_metrics.path).write_bytes(stored.data)
    training_metrics.metadata.update(
        {
            "schema_version": document.schema_version,
            "status": document.status or "",
            "epochs": len(document.epochs),
            "best_epoch": json.dumps(best_epochs(document)),
            "sha256": read.sha256,
            "generation": str(read.generation),
        }
    )
    for name, value in document.final_metrics.items():
        if value is not None and math.isfinite(value):
            metrics.log_metric(name, value)
    Path(report.path).write_text(report_html(document), encoding="utf-8")


def _tell_django(
    artifacts_uri: str,
    django_url: str,
    quick_test_id: int,
    *,
    generation: int,
    sha256: str,
    status: Status,
) -> Delivery:
    notification = Notification(
        quick_test_id=quick_test_id,
        artifacts_uri=artifacts_uri,
        generation=generation,
        sha256=sha256,
        status=status,
    )
    try:
        credential = credentials.find(environment.oidc_audience() or django_url)
    except credentials.NoCredential as error:
        delivery = Delivery(False, 0, f"not sent: {error}")
    else:
        delivery = deliver(notification, django_url, credential)
    print(f"notification {delivery.message}")
    return delivery
