"""The line of facts under a run's title."""

from dataclasses import dataclass

from django.urls import reverse

from ml_platform.experiments.presenters import numbers
from ml_platform.experiments.presenters.lineage import job_url, place_url
from ml_platform.experiments.presenters.run_view import RunView


@dataclass(frozen=True)
class Fact:
    """A label, its value, where it leads and a note in thin after it."""

    label: str
    value: str
    url: str = ""
    note: str = ""
    absent: bool = False


def facts(view: RunView) -> list[Fact]:
    """Returns the facts that are known, in the order of questions."""
    run = view.run
    found = [
        Fact("Started", numbers.moment(run.started_at or run.created_at)),
        Fact("Elapsed" if view.running else "Duration", _duration(view)),
        Fact("Epochs", epochs_of_asked(view), absent=not view.available),
        Fact(
            "Best so far" if view.running else "Best epoch",
            "unknown" if view.best_epoch is None else str(view.best_epoch),
            absent=view.best_epoch is None,
        ),
        Fact("Attempts", str(len(view.attempts) or 1)),
    ]
    found += [*_data(view), *_job(view)]
    if run.mlflow_run_id:
        found.append(Fact("MLflow run", run.mlflow_run_id, note="kept as history"))
    return [*found, _document(view)]


def _data(view: RunView) -> list[Fact]:
    """Returns what was trained on, with its place where the run was started here."""
    source = str((view.details.get("data") or {}).get("source") or "")
    place = str(view.run.launch.get("input_path") or source)
    name = source.rsplit("/", 1)[-1] or place.rsplit("/", 1)[-1]
    return [Fact("Data", name, place_url(place))] if name else []


def _job(view: RunView) -> list[Fact]:
    """Returns the pipeline's job; on Vertex AI its page has the model and report."""
    name = view.run.pipeline_job_name or str(view.details.get("pipeline_job") or "")
    if not name:
        return []
    url = job_url(name)
    note = "with model and report" if url else ""
    return [Fact("Pipeline job", name.rsplit("/", 1)[-1], url, note)]


def epochs_of_asked(view: RunView) -> str:
    """Returns `34 of 60`, or `unknown` where there is no history."""
    if not view.available:
        return "unknown"
    trained, asked = view.run.epoch_count or 0, view.run.epochs_asked
    return f"{trained} of {asked}" if asked else str(trained)


def _duration(view: RunView) -> str:
    return numbers.duration(view.run.duration_seconds)


def _document(view: RunView) -> Fact:
    if not view.available:
        return Fact("Document", "not cached", absent=True)
    if pruned_at := view.run.pruned_at:
        note = f"{pruned_at:%Y-%m-%d}, curves kept"
        return Fact("Document", "pruned", note=note, absent=True)
    url = reverse(
        "experiments:experiments-api:training_metrics_json", args=[view.run.pk]
    )
    note = numbers.size(view.run.document_bytes)
    if view.stopped_early:
        note = f"partial, {view.run.epoch_count} epochs, {note}"
    return Fact("Document", "training_metrics.json", url, note)
