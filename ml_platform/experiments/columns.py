"""The columns of `QuickTest` that lists sort and show, taken from its history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from ml_platform.experiments.cache_shape import History

FINAL_COLUMNS = (
    "test_loss",
    "test_recall_at_5",
    "test_recall_at_10",
    "test_recall_at_50",
    "test_recall_at_100",
    "test_auc_roc",
    "test_rmse",
    "test_mae",
)
SPARKLINE_POINTS = 40


def columns_from_history(
    history: History, known_params: Mapping[str, Any]
) -> dict[str, Any]:
    """Returns the values of every cached column.

    The trainer's own params win over those the run was created with; what only the
    database knows is kept.
    """
    finals = history["final_metrics"]
    params = {**known_params, **history["params"]}
    losses = history["loss"].get("val") or []
    best = best_index(losses)
    evaluation = (history.get("run") or {}).get("evaluation") or {}
    return {
        "params": params,
        "final_metrics": finals,
        "sparkline": sparkline(history["epochs"], losses),
        "model_type": model_type(history),
        "split": str(evaluation.get("split") or "")[:40],
        "candidate_count": _integer(evaluation.get("candidates")),
        "k_counts": str(evaluation.get("k_counts") or "")[:200],
        "epoch_count": (history.get("sampling") or {}).get("of", 0),
        "epochs_asked": _integer(params.get("epochs")),
        "best_val_loss": None if best is None else losses[best],
        "best_epoch": None if best is None else history["epochs"][best],
        **{name: _number(finals.get(name)) for name in FINAL_COLUMNS},
        **_times(history),
    }


def best_index(values: list[float | None]) -> int | None:
    """Returns the index of the lowest value, the first where several are equal."""
    finite = [(value, index) for index, value in enumerate(values) if value is not None]
    return min(finite)[1] if finite else None


def sparkline(epochs: list[int], values: list[float | None]) -> dict[str, Any]:
    """Returns at most `SPARKLINE_POINTS` points, the best one among them."""
    best = best_index(values)
    if best is None:
        return {}
    count = len(values)
    step = max(1.0, (count - 1) / (SPARKLINE_POINTS - 2))
    chosen = {round(i * step) for i in range(SPARKLINE_POINTS - 1)}
    kept = sorted({i for i in chosen if i < count} | {best, count - 1})
    return {
        "epochs": [epochs[i] for i in kept],
        "values": [values[i] for i in kept],
        "best": kept.index(best),
    }


def model_type(history: History) -> str:
    """Says what the finals measure: `Retrieval`, `Ranking`, `Multitask` or nothing."""
    names = " ".join((*history["final_metrics"], *history["metrics"], *history["loss"]))
    retrieves, ranks = "recall_at" in names, "rmse" in names or "auc_roc" in names
    if retrieves:
        return "Multitask" if ranks else "Retrieval"
    return "Ranking" if ranks else ""


def _times(history: History) -> dict[str, Any]:
    attempts = [
        attempt
        for attempt in (history.get("run") or {}).get("attempts") or []
        if isinstance(attempt, dict)
    ]
    # An attempt that goes on has lasted until the document was written.
    until = history.get("saved_at")
    spans = [
        (_time(a.get("started_at")), _time(a.get("ended_at") or until))
        for a in attempts
    ]
    started = [start for start, _ in spans if start]
    ended = [end for _, end in spans if end]
    seconds = [(end - start).total_seconds() for start, end in spans if start and end]
    found = {
        "started_at": min(started, default=None),
        "ended_at": max(ended, default=None),
        "duration_seconds": sum(seconds) if seconds else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _time(value: object) -> datetime | None:
    try:
        found = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def _number(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None  # type: ignore[arg-type]


def _integer(value: object) -> int | None:
    number = _number(value)
    whole = number is not None and number.is_integer() and 0 <= number < 2**31
    return int(number) if whole and number is not None else None
