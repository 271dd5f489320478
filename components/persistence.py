"""The run's document as KFP artifacts: itself, its scalars, its report."""

import json
import math
from pathlib import Path
from typing import Protocol

from components import progress
from components.errors import ComponentError
from components.figures import best_epochs
from components.report import report_html
from components.training import Placed
from training_metrics.errors import DocumentNotFound
from training_metrics.journal import recover
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
) -> None:
    """Makes the three artifacts of the run's document.

    A document that the store did not get is recovered from the journal and put there.

    Raises:
        TrainingMetricsError: There is no document, or it cannot be read.
    """
    with progress.reported("persist"):
        try:
            read = read_document(document_uri(artifacts_uri))
        except DocumentNotFound:
            publish(recover(journal_path), document_uri(artifacts_uri))
            read = read_document(document_uri(artifacts_uri))
        make_artifacts(artifacts_uri, read, training_metrics, metrics, report)


def make_artifacts(
    artifacts_uri: str,
    read: ReadResult,
    training_metrics: Placed,
    metrics: ScalarMetrics,
    report: Placed,
) -> None:
    """Makes them of a document that was just read.

    Raises:
        ComponentError: Another document lies there now.
    """
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
