"""A run in every state that its page can be in: what is photographed and checked."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.ml_platform.samples import sample_document

Document = dict[str, Any]
HOSTILE_NAMES = (
    "<script>alert(1)</script>",
    "__proto__",
    "constructor",
    "\u202eabc",
    "x" * 250,
    "🦊 and טקסט",
    "=cmd|'/c calc'!A1",
)


def run_states() -> dict[str, Document | None]:
    """Returns a document by the state it shows, None where there is none."""
    return {
        "training": sample_document(),
        "failed": failed_document(),
        "running": running_document(),
        "no-data": None,
        "ranking": ranking_document(),
        "interrupted": interrupted_document(),
        "collapse": collapsed_document(),
        "one-epoch": sample_document(1, marks=False, attempts=1),
        "no-epochs": sample_document(0, status="running", attempts=1),
        "hostile": hostile_document(),
    }


def failed_document() -> Document:
    """A run whose loss was NaN for its last three epochs."""
    document = sample_document(34, status="failed", attempts=1, seed=3)
    epochs = document["epochs"][-3:]
    for name in ("loss", "val_loss", "total_loss"):
        document["loss"][name][-3:] = [None, None, None]
        document["anomalies"] += [
            {"path": f"loss.{name}", "epoch": epoch, "kind": "nan"} for epoch in epochs
        ]
    document["diagnosis"] = [
        {
            "kind": "nan_onset",
            "variable": "query_tower/embedding",
            "epoch": epochs[0],
            "step": 417,
        }
    ]
    document["error"] = {
        "kind": "loss_not_finite",
        "message": f"From epoch {epochs[0]} on the loss is NaN.",
    }
    return document


def interrupted_document() -> Document:
    """A run that was preempted in its 41st epoch."""
    document = sample_document(40, status="interrupted", attempts=2, seed=4)
    document["run"]["attempts"][-1]["ended_by"] = "preempted"
    document["error"] = {
        "kind": "signal",
        "message": "trainer ended by signal 15 (SIGTERM) in epoch 41 of 60",
        "epoch": 40,
    }
    return document


def running_document(epochs: int = 22, old: timedelta = timedelta(0)) -> Document:
    """A run whose snapshot was written just now, or so long ago."""
    document = sample_document(epochs, status="running", attempts=1)
    document["saved_at"] = (datetime.now(UTC) - old).isoformat()
    return document


def ranking_document() -> Document:
    """A rating model: no recall, but RMSE, MAE and AUC by epoch and on test."""
    document = sample_document(attempts=1, marks=False)
    kept = ("learning_rate", "epoch_seconds")
    document["metrics"] = {name: document["metrics"][name] for name in kept}
    train, val = document["loss"]["loss"], document["loss"]["val_loss"]
    for name, scale in (("rmse", 0.18), ("mae", 0.14)):
        document["loss"][name] = [round(scale * value, 4) for value in train]
        document["loss"][f"val_{name}"] = [round(scale * value, 4) for value in val]
    document["metrics"]["val_auc_roc"] = [round(1.3 - 0.08 * v, 4) for v in val]
    document["final_metrics"] = {
        "test_loss": 6.201,
        "test_rmse": 1.1214,
        "test_train_mean_rmse": 1.3012,
        "test_mae": 0.8741,
        "test_train_mean_mae": 1.0423,
        "test_auc_roc": 0.8043,
    }
    return document


def collapsed_document() -> Document:
    """A run whose query tower stopped learning at epoch 20."""
    document = sample_document(marks=False, attempts=1)
    norms = document["gradient_stats"]["query"]["norm"]
    norms[19:] = [3e-7 * (1 + (at % 3)) for at in range(len(norms) - 19)]
    document["diagnosis"] = [
        {"kind": "gradient_collapse", "tower": "query", "epoch": 20, "value": 3e-7}
    ]
    return document


def hostile_document() -> Document:
    """Names that would break a page which takes text for markup, keys or formulas."""
    document = sample_document(5, marks=False, attempts=1)
    for at, name in enumerate(HOSTILE_NAMES):
        document["metrics"][name] = [float(at + epoch) for epoch in range(5)]
        document["params"][name] = name
        document["final_metrics"][f"test_{name}"] = 1.0
        document["gradient"][name] = [1.0, 2.0, 3.0, 2.0, 1.0]
    tower = document["weight_stats"]["query"]
    document["weight_stats"] |= {name: tower for name in HOSTILE_NAMES[:5]}
    return document
