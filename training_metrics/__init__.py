"""The contract: everything that knows `training_metrics.json`.

A trainer needs two names from here, `MetricsCollector` and `GridHistogram`; whoever
reads a document needs `read_document`. Each is imported when it is asked for, so that
who only reads or signs does without NumPy. Imports NumPy and pydantic;
google-cloud-storage only when a `gs://` place is opened.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

_MODULES = {
    "GridHistogram": "histogram",
    "MetricsCollector": "collector",
    "TrainingMetrics": "document",
    "TrainingMetricsError": "errors",
    "read_document": "reading",
}


def __getattr__(name: str) -> Any:
    """One of the public names, from its module (PEP 562)."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
