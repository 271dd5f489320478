"""What two to twenty runs have in common and where they differ.

Curves come compressed, as `services/curves.py` keeps them: no history is read.
"""

from dataclasses import dataclass
from typing import Any

from ml_platform.experiments.deflated import Deflated
from ml_platform.experiments.errors import RunNotFound
from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.selectors.visible import User, runs_visible
from ml_platform.experiments.services.curves import curves_of, piece_of

MOST_RUNS = 20
PROTOCOL_KEYS = ("split", "train_until", "candidates", "examples", "k_counts")


@dataclass(frozen=True)
class Comparison:
    """What is said of all runs, of each, and each one's curves.

    Those are members of a JSON object, compressed: `"epochs": …, "loss": …`.
    """

    told: dict[str, Any]
    runs: list[dict[str, Any]]
    curves: list[Deflated]


def comparison_get(*, user: User, ids: list[int]) -> Comparison:
    """Returns the comparison of the runs, in the order asked, each once.

    Raises:
        RunNotFound: One of them does not exist or the user may not see it.
    """
    runs, curves = _runs_with_curves(user, ids)
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
        curves=curves,
    )


def runs_to_compare(*, user: User, ids: list[int]) -> list[QuickTest]:
    """Returns the runs among `ids` that the user may see, in the order asked.

    Their histories have no curves, see `CachedCurves.told`.
    """
    return _runs_with_curves(user, ids)[0]


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


def _runs_with_curves(
    user: User, ids: list[int]
) -> tuple[list[QuickTest], list[Deflated]]:
    found = runs_visible(user=user).defer("training_history_json").in_bulk(ids)
    runs = [found[pk] for pk in dict.fromkeys(ids) if pk in found]
    curves = curves_of(runs=runs)
    for run in runs:
        run.training_history_json = curves[run.pk].told
    return runs, [piece_of(curves[run.pk]) for run in runs]


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
    }
