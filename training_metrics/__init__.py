"""The contract: everything that knows `training_metrics.json`.

A trainer needs two names from here, `MetricsCollector` and `GridHistogram`; whoever
reads a document needs `read_document`. Imports NumPy and pydantic;
google-cloud-storage only when a `gs://` place is opened.
"""

from training_metrics.collector import MetricsCollector
from training_metrics.document import TrainingMetrics
from training_metrics.errors import TrainingMetricsError
from training_metrics.histogram import GridHistogram
from training_metrics.reading import read_document

__all__ = [
    "GridHistogram",
    "MetricsCollector",
    "TrainingMetrics",
    "TrainingMetricsError",
    "read_document",
]
