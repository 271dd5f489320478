"""What two to twenty runs have in common and where they differ.

Curves are the database's own text of the cached history, never parsed: of ten runs
that is most of the work.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import TextField
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast

from ml_platform.experiments.errors import RunNotFound
from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.selectors.visible import User, runs_visible

MOST_RUNS = 20
CURVES = {"loss": "{}", "gradient": "{}", "metrics": "{}", "anomalies": "[]"}
"""The parts of a history that are curves, with what stands for one that is absent."""

_HISTORY = "training_history_json"
_TOLD = ("available", "reason", "epochs", "run")
_CURVE_TEXTS = {
    f"text_{name}": Cast(KeyTransform(name, _HISTORY), TextField()) for name in CURVES
}
PROTOCOL_KEYS = ("split", "train_until", "candidates", "examples", "k_counts")


@dataclass(frozen=True)
class Comparison:
    """What is said of all runs, of each, and each one's curves as JSON texts."""

    told: dict[str, Any]
    runs: list[dict[str, Any]]
    curves: list[dict[str, str]]


def comparison_get(*, user: User, ids: list[int]) -> Comparison:
    """Returns the comparison of the runs, in the order asked, each once.

    Raises:
        RunNotFound: One of them does not exist or the user may not see it.
    """
    runs = _runs(user, ids, **_CURVE_TEXTS)
    missing = sorted({*ids} - {run.pk for run in runs})
    if missing:
        raise RunNotFound(f"runs {missing}: not found; take them out")
    return Comparison(
        told={
            "params": params_compared(runs),
            "protocols_differ": len({protocol_key(run) for run in runs}) > 1,
            "warnings": warnings(runs),
        },
        runs=[_run(run) for run in runs],
        curves=[_curves(run) for run in runs],
    )


def runs_to_compare(*, user: User, ids: list[int]) -> list[QuickTest]:
    """Returns the runs among `ids` that the user may see, in the order asked.

    Of their histories there is what a comparison tells of each, no curve.
    """
    return _runs(user, ids)


def params_compared(runs: list[QuickTest]) -> dict[str, dict[str, list[Any]]]:
    """Returns the params that differ and those that are the same, a value a run."""
    names = dict.fromkeys(name for run in runs for name in sorted(run.params))
    differ: dict[str, list[Any]] = {}
    same: dict[str, list[Any]] = {}
    for name in names:
        values = [run.params.get(name) for run in runs]
        unequal = any(repr(value) != repr(values[0]) for value in values)
        (differ if unequal else same)[name] = values
    return {"differ": differ, "same": same}


def protocol(run: QuickTest) -> dict[str, Any]:
    """Returns how the run was evaluated, as its document tells it."""
    told = ((run.training_history_json or {}).get("run") or {}).get("evaluation") or {}
    return {key: told.get(key) for key in PROTOCOL_KEYS}


def protocol_key(run: QuickTest) -> tuple[str, ...]:
    """Returns what must agree for recalls to be comparable."""
    told = protocol(run)
    return tuple(str(told[key]) for key in ("split", "candidates", "k_counts"))


def warnings(runs: list[QuickTest]) -> list[str]:
    """Says where the runs must not be compared as they stand."""
    found = []
    if len({protocol_key(run) for run in runs}) > 1:
        found.append("Evaluation protocols differ: recalls are not comparable.")
    firsts = {
        history["epochs"][0]
        for run in runs
        if (history := run.training_history_json or {}).get("epochs")
    }
    if len(firsts) > 1:
        found.append(f"Epochs are numbered from {sorted(firsts)}: curves are shifted.")
    return found


def _runs(user: User, ids: list[int], **texts: Cast) -> list[QuickTest]:
    """Returns the runs with a history of `_TOLD` only, and `texts` of it."""
    told = {f"told_{name}": KeyTransform(name, _HISTORY) for name in _TOLD}
    rows = runs_visible(user=user).defer(_HISTORY).annotate(**texts, **told)
    found = rows.in_bulk(list(dict.fromkeys(ids)))
    for run in found.values():
        run.training_history_json = {n: getattr(run, f"told_{n}") for n in _TOLD}
    return [found[pk] for pk in dict.fromkeys(ids) if pk in found]


def _curves(run: QuickTest) -> dict[str, str]:
    return {n: getattr(run, f"text_{n}") or absent for n, absent in CURVES.items()}


def _run(run: QuickTest) -> dict[str, Any]:
    history = run.training_history_json or {}
    return {
        "id": run.pk,
        "number": run.number,
        "name": run.name,
        "status": run.status,
        "available": bool(history.get("available")),
        "reason": history.get("reason"),
        "protocol": protocol(run),
        "final_metrics": run.final_metrics,
        "best_epoch": run.best_epoch,
        "best_val_loss": run.best_val_loss,
        "duration_seconds": run.duration_seconds,
        "epochs": history.get("epochs") or [],
    }
