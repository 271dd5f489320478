"""A document from a run's archived rows."""

import json
from functools import lru_cache
from typing import Any

from ml_platform.experiments.storable import storable, storable_text
from ml_platform.mlflow_exit.mapping.histograms import edges_of, rebuild
from ml_platform.mlflow_exit.mapping.names import Place, edges_place, metric_place
from ml_platform.mlflow_exit.mapping.steps import Steps, steps_by_key
from ml_platform.mlflow_exit.moments import moment
from ml_platform.mlflow_exit.runs import HeldRun
from training_metrics.document import SCHEMA_VERSION, TrainingMetrics
from training_metrics.errors import DocumentTooLarge
from training_metrics.limits import Tally
from training_metrics.reading import validated
from training_metrics.writing import pieces

_STATUSES = {
    "FINISHED": "completed",
    "FAILED": "failed",
    "KILLED": "interrupted",
    "RUNNING": "running",
    "SCHEDULED": "running",
}


def document_of(held: HeldRun, experiment_name: str) -> TrainingMetrics:
    """Returns the document that a run's rows give by the written rules.

    It is what a reader gets who reads what is written of it.

    Args:
        held: the run; not an orphan.
        experiment_name: empty where not known.

    Raises:
        DocumentRefused: No document can hold so much.
    """
    told = _Builder(held).document(experiment_name)
    return validated(told, f"run {held.run_id}")[0]


def document_written(
    held: HeldRun, experiment_name: str
) -> tuple[TrainingMetrics, bytes]:
    """Returns the document, see `document_of`, and its bytes.

    Raises:
        DocumentRefused: No reader would take it.
    """
    document = document_of(held, experiment_name)
    text = "".join(pieces(document))
    data, tally = text.encode(), Tally()
    tally.add(text, len(data))
    if problem := tally.problem():
        raise DocumentTooLarge(f"run {held.run_id}", problem)
    return document, data


class _Builder:
    """Sorts keys into places, then writes the sections one after the other."""

    def __init__(self, held: HeldRun) -> None:
        self._held = held
        self._anomalies: list[dict[str, Any]] = []
        self._series: dict[Place, Steps] = {}
        self._finals: dict[str, float | None] = {}
        self._diagnosis: list[dict[str, Any]] = []
        self._edges = {
            place: edges_of(value)
            for key, value in held.params
            if (place := edges_place(key))
        }
        for key, steps in steps_by_key(held.points):
            self._sort_in(key, steps)
        self._epochs = sorted(set().union(*(s.epochs for s in self._series.values())))

    def document(self, experiment_name: str) -> dict[str, Any]:
        sections: dict[str, Any] = {
            "loss": {},
            "gradient": {},
            "metrics": {},
            "weight_stats": {},
            "gradient_stats": {},
        }
        for place, steps in self._series.items():
            if place.bin is None and len(place.parts) == 1:
                sections[place.section][place.parts[0]] = self._entries(place, steps)
            elif place.bin is None:
                tower = sections[place.section].setdefault(place.parts[0], {})
                tower[place.parts[1]] = self._entries(place, steps)
        self._add_histograms(sections)
        status = _STATUSES.get(self._held.columns["status"], "interrupted")
        return {
            "schema_version": SCHEMA_VERSION,
            "saved_at": self._saved_at(),
            "available": bool(self._epochs),
            "status": status,
            "error": _error(self._held.columns["status"], status),
            "epochs": self._epochs,
            **sections,
            "final_metrics": self._finals,
            "params": _params(self._held),
            "run": storable(_lineage(self._held, experiment_name)),
            "anomalies": self._anomalies,
            "diagnosis": self._diagnosis,
        }

    def _sort_in(self, key: str, steps: Steps) -> None:
        place = _place(key)
        if place.section == "final_metrics":
            self._set_final(key, steps)
        elif place.section == "diagnosis":
            self._set_diagnosis(place.parts[0], steps)
        else:
            if place in self._series:
                # Two spellings of one place: the second keeps its own name.
                place = Place("metrics", (storable_text(key),))
            path = _path(place)
            self._tell_left_out(path, steps.repeated, "repeated_step")
            self._tell_left_out(path, steps.outside, "step_is_no_epoch")
            self._series[place] = steps

    def _set_final(self, key: str, steps: Steps) -> None:
        path = f"final_metrics.{storable_text(key)}"
        self._finals[storable_text(key)] = steps.last
        if steps.last_kind:
            self._anomalies.append({"path": path, "kind": steps.last_kind})
        self._tell_left_out(path, steps.point_count - 1, "earlier_final")

    def _set_diagnosis(self, kind: str, steps: Steps) -> None:
        epoch = steps.last
        if epoch is None or not epoch.is_integer():
            self._tell_left_out(f"diagnosis.{kind}", steps.point_count, "no_epoch")
            return
        self._diagnosis.append({"kind": kind, "epoch": int(epoch)})
        self._tell_left_out(f"diagnosis.{kind}", steps.point_count - 1, "earlier_final")

    def _entries(self, place: Place, steps: Steps) -> list[float | None]:
        """One entry an epoch; what is no number is None and an anomaly."""
        self._anomalies.extend(
            {"path": _path(place), "epoch": epoch, "kind": kind}
            for epoch, kind in zip(steps.epochs, steps.kinds, strict=True)
            if kind
        )
        if len(steps.epochs) == len(self._epochs):
            return steps.read
        by_epoch = dict(zip(steps.epochs, steps.read, strict=True))
        return list(map(by_epoch.get, self._epochs))

    def _add_histograms(self, sections: dict[str, Any]) -> None:
        bins: dict[Place, dict[int, Steps]] = {}
        for place, steps in self._series.items():
            if place.bin is not None:
                whole = place._replace(bin=None)
                bins.setdefault(whole, {})[place.bin] = steps
        for whole, numbered in bins.items():
            rebuilt = rebuild(numbered, self._edges.get(whole), self._epochs)
            if rebuilt is None:
                count = sum(len(steps.epochs) for steps in numbered.values())
                self._tell_left_out(_path(whole), count, "unknown_bins")
                continue
            tower = sections[whole.section].setdefault(whole.parts[0], {})
            edges, counts = rebuilt.bin_edges, rebuilt.counts
            tower["histogram"] = {"bin_edges": edges, "counts": counts}
            self._anomalies.extend(
                {"path": _path(whole), "epoch": epoch, "kind": "incomplete_histogram"}
                for epoch in rebuilt.broken
            )

    def _tell_left_out(self, path: str, count: int, why: str) -> None:
        """Names points that are in the archive only."""
        if count:
            self._anomalies.append(
                {"path": path, "kind": "archive_only", "why": why, "count": count}
            )

    def _saved_at(self) -> str | None:
        columns = self._held.columns
        times = self._held.points.timestamps_ms
        last = int(times.max()) if len(times) else columns.get("start_time")
        at = moment(columns.get("end_time") or last)
        return at.isoformat() if at else None


@lru_cache(maxsize=10_000)
def _place(key: str) -> Place:
    """A key's place, in names that are fit to be stored; found once for all runs."""
    place = metric_place(key)
    return place._replace(parts=tuple(map(storable_text, place.parts)))


def _path(place: Place) -> str:
    name = ".".join((place.section, *place.parts))
    return name if place.bin is None else f"{name}.bin_{place.bin}"


def _params(held: HeldRun) -> dict[str, Any]:
    """Texts as MLflow kept them; numbers that print as the same text are numbers."""
    return {storable_text(key): _plain(value) for key, value in sorted(held.params)}


def _plain(text: str | None) -> Any:
    if text is None:
        return None
    if text in ("True", "False"):
        return text == "True"
    try:
        number = json.loads(text, parse_constant=str)
    except ValueError:
        return storable_text(text)
    is_number = type(number) in (int, float) and repr(number) == text
    return number if is_number else storable_text(text)


def _error(mlflow_status: str, status: str) -> dict[str, str] | None:
    if status == "completed":
        return None
    return {"kind": "mlflow", "message": f"MLflow's status of the run: {mlflow_status}"}


def _lineage(held: HeldRun, experiment_name: str) -> dict[str, Any]:
    return {
        "imported_from": "mlflow",
        "mlflow": {
            "experiment_name": experiment_name,
            # PostgreSQL gives a JSON object back in an order of its own.
            **dict(sorted(held.columns.items())),
            "tags": dict(sorted(held.tags)),
        },
    }
