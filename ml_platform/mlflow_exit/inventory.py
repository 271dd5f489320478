"""What a source holds, run by run, and what a person must know before importing it.

Reads only; counts are made in the database, one run at a time.
"""

from dataclasses import dataclass, field
from typing import Any

from ml_platform.experiments.models import QuickTest
from ml_platform.mlflow_exit.sources.source import Source

GC_WARNING = (
    "do not run `mlflow gc` before the import is verified: "
    "it destroys deleted runs at once"
)
_KINDS = {
    "FAILED": "failed",
    "KILLED": "killed",
    "RUNNING": "running",
    "SCHEDULED": "running",
}


@dataclass
class Inventory:
    """Everything found.

    Attributes:
        source: the source's label.
        experiments: one mapping an experiment.
        runs: one mapping a run, `kinds` telling what is special about it.
        warnings: what must be known before the import.
        lacking: columns and tables that this schema has not.
    """

    source: str
    experiments: list[dict[str, Any]] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)

    def totals(self) -> dict[str, int]:
        """Returns sums over all runs."""
        names = ("points", "params", "tags")
        sums = {name: sum(run[name] for run in self.runs) for name in names}
        matched = sum(bool(run["quick_tests"]) for run in self.runs)
        return {
            "experiments": len(self.experiments),
            "runs": len(self.runs),
            **sums,
            "matched": matched,
        }


def inventory_of(source: Source) -> Inventory:
    """Returns what the source holds, matched with the QuickTests that name its runs."""
    found = Inventory(source.label, lacking=source.lacking)
    found.experiments = [
        {
            "experiment_id": held.experiment_id,
            "name": held.columns.get("name"),
            "lifecycle_stage": held.columns.get("lifecycle_stage"),
            "tags": len(held.tags),
        }
        for held in source.experiments()
    ]
    run_ids = source.run_ids()
    known, parents = set(run_ids), source.parents()
    matches = _quick_tests()
    for run_id in run_ids:
        told = _run(source, run_id, parents.get(run_id), known)
        told["quick_tests"] = matches.get(run_id, [])
        found.runs.append(told)
    found.warnings = _warnings(found, set(matches) - known, source.tables_left())
    return found


def _run(
    source: Source, run_id: str, parent: str | None, known: set[str]
) -> dict[str, Any]:
    columns, counts = source.run_columns(run_id), source.counts(run_id)
    kinds = [_KINDS[columns["status"]]] if columns.get("status") in _KINDS else []
    if not columns:
        kinds.append("orphan")
    if columns.get("lifecycle_stage") == "deleted":
        kinds.append("deleted")
    if parent is not None:
        kinds.append("nested" if parent in known else "parent_missing")
    if not counts.point_count:
        kinds.append("empty")
    return {
        "run_id": run_id,
        "name": columns.get("name"),
        "experiment_id": str(columns.get("experiment_id", "")),
        "status": columns.get("status"),
        "lifecycle_stage": columns.get("lifecycle_stage"),
        "parent_run_id": parent,
        "kinds": kinds,
        "points": counts.point_count,
        "nans": counts.nan_count,
        "infinities": counts.infinity_count,
        "params": counts.param_count,
        "tags": counts.tag_count,
    }


def _quick_tests() -> dict[str, list[int]]:
    """Ids of the QuickTests that name an MLflow run, by that run's id."""
    found: dict[str, list[int]] = {}
    named = QuickTest.objects.exclude(mlflow_run_id="").order_by("pk")
    for run_id, pk in named.values_list("mlflow_run_id", "pk"):
        found.setdefault(run_id, []).append(pk)
    return found


def _warnings(
    found: Inventory, unmatched: set[str], tables_left: dict[str, int]
) -> list[str]:
    warnings = [GC_WARNING]
    for run in found.runs:
        name = f"run {run['run_id']}"
        if "running" in run["kinds"]:
            warnings.append(
                f"{name}: {run['status']}; it may still write, "
                "import it again with --replace when it has ended"
            )
        if run["infinities"]:
            warnings.append(
                f"{name}: {run['infinities']} values at ±1.7976931348623157e308; "
                "they were infinities, which MLflow does not store"
            )
        if len(run["quick_tests"]) > 1:
            warnings.append(
                f"{name}: named by QuickTests {run['quick_tests']}; "
                "only the first gets its history"
            )
        if "orphan" in run["kinds"]:
            warnings.append(
                f"{name}: rows without a run; they are archived and give no document"
            )
    warnings += [
        f"QuickTests name the run {run_id}, which this source does not hold"
        for run_id in sorted(unmatched)
    ]
    warnings += [
        f"table {table}: {count} rows, which the import does not read"
        for table, count in tables_left.items()
    ]
    return warnings
