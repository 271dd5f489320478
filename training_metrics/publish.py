"""Putting a run's document into its place without harming anyone else's."""

from __future__ import annotations

from training_metrics import limits
from training_metrics.document import TrainingMetrics
from training_metrics.storage import open_store
from training_metrics.writing import Saved, write_document


def publish(document: TrainingMetrics, uri: str) -> Saved:
    """Writes the document over the generation that is stored now.

    Raises:
        StoreConflict: somebody else wrote at the same moment.
        StoreUnavailable: the store did not answer.
    """
    stored = open_store(uri).read(limits.BYTES_MAX)
    return write_document(document, uri, stored.generation if stored else 0)
