"""The shape of `QuickTest.training_history_json`, made from a document.

Scalar series only: histograms stay in the document. Six losses get the names that
the Training tab has always read; all others keep theirs.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from ml_platform.experiments.sampling import indexes_kept
from training_metrics.reading import ReadResult

LOSS_NAMES = {
    "loss": "train",
    "val_loss": "val",
    "total_loss": "total",
    "val_total_loss": "val_total",
    "regularization_loss": "regularization",
    "val_regularization_loss": "val_regularization",
}
_STATS = ("weight_stats", "gradient_stats")

History = dict[str, Any]


def history_from_document(
    *, read: ReadResult, uri: str, mlflow_run_id: str, read_at: datetime
) -> History:
    """Returns the cached history of a document that was just read."""
    document = read.document.model_dump(mode="json")
    told = {
        "status": document["status"],
        "error": document["error"],
        "saved_at": document["saved_at"],
        "params": document["params"],
        "run": document["run"],
        "source": _source(read, uri, read_at),
    }
    if not document["available"]:
        absent = history_absent(
            reason="NO_EPOCHS",
            message="The document is there but records no epoch yet.",
            mlflow_run_id=mlflow_run_id,
            read_at=read_at,
        )
        return absent | told
    return {
        "cached_at": read_at.isoformat(),
        "mlflow_run_id": mlflow_run_id or None,
        "available": True,
        **told,
        **_sampled(document),
        "final_metrics": document["final_metrics"],
        "anomalies": document["anomalies"],
        "diagnosis": document["diagnosis"],
        "histogram_available": _has_histogram(document),
    }


def history_absent(
    *, reason: str, message: str, mlflow_run_id: str, read_at: datetime
) -> History:
    """Returns the history of a run that has none, with the reason why."""
    return {
        "cached_at": read_at.isoformat(),
        "mlflow_run_id": mlflow_run_id or None,
        "available": False,
        "reason": reason,
        "message": message,
        "epochs": [],
        "loss": {},
        "gradient": {},
        "weight_stats": {},
        "gradient_stats": {},
        "metrics": {},
        "final_metrics": {},
        "params": {},
        "anomalies": [],
        "diagnosis": [],
        "histogram_available": False,
    }


def _sampled(document: Mapping[str, Any]) -> dict[str, Any]:
    """Returns epochs and series at the epochs kept, and how many those are."""
    groups = _scalar_groups(document)
    kept, left_out = indexes_kept(
        epochs=document["epochs"],
        series=list(_every_series(groups)),
        marked=_marked_epochs(document),
    )
    sampling = {"kept": len(kept), "of": len(document["epochs"])}
    if left_out:
        sampling["marks_left_out"] = left_out
    return {
        "epochs": [document["epochs"][i] for i in kept],
        **_taken(groups, kept),
        "sampling": sampling,
    }


def _scalar_groups(document: Mapping[str, Any]) -> dict[str, Any]:
    losses = document["loss"]
    stats = {
        kind: {
            tower: {
                name: values
                for name, values in series.items()
                if name != "histogram" and isinstance(values, list)
            }
            for tower, series in document[kind].items()
        }
        for kind in _STATS
    }
    return {
        "loss": {LOSS_NAMES.get(name, name): values for name, values in losses.items()},
        "gradient": document["gradient"],
        "metrics": document.get("metrics", {}),
        **stats,
    }


def _every_series(groups: Mapping[str, Any]) -> Iterator[list[float | None]]:
    for value in groups.values():
        if isinstance(value, list):
            yield value
        else:
            yield from _every_series(value)


def _taken(groups: Mapping[str, Any], kept: list[int]) -> dict[str, Any]:
    return {
        name: [value[i] for i in kept]
        if isinstance(value, list)
        else _taken(value, kept)
        for name, value in groups.items()
    }


def _marked_epochs(document: Mapping[str, Any]) -> list[int]:
    marks = [*document.get("anomalies", []), *document.get("diagnosis", [])]
    epochs = [mark.get("epoch") for mark in marks if isinstance(mark, dict)]
    attempts = document.get("run", {}).get("attempts") or []
    epochs += [a.get("first_epoch") for a in attempts if isinstance(a, dict)]
    return [epoch for epoch in epochs if isinstance(epoch, int)]


def _has_histogram(document: Mapping[str, Any]) -> bool:
    towers = [tower for kind in _STATS for tower in document[kind].values()]
    return any(tower.get("histogram") for tower in towers)


def _source(read: ReadResult, uri: str, read_at: datetime) -> dict[str, Any]:
    return {
        "uri": uri,
        "generation": read.generation,
        "sha256": read.sha256,
        "size_bytes": read.size_bytes,
        "read_at": read_at.isoformat(),
    }
