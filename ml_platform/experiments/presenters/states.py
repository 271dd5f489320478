"""What the page says of a run that failed, is running, or has no history."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ml_platform.experiments.models import RunStatus
from ml_platform.experiments.presenters import numbers
from ml_platform.experiments.presenters.run_view import RunView

_WRITES_EVERY_SECONDS = 60
_MISSED_WRITES = 3


@dataclass(frozen=True)
class Stopped:
    """A run that did not complete: why, what is kept, what to do."""

    status: str
    title: str
    code: str
    why: str
    kept: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    command: str = ""


@dataclass(frozen=True)
class Snapshot:
    """How fresh what is shown of a running run is."""

    age: str
    at: str
    epoch: int
    asked: int | None
    left: str
    stale: bool


@dataclass(frozen=True)
class Absent:
    """A run without history: the reason, and what was looked at."""

    title: str
    code: str
    message: str
    looked: list[tuple[str, str, str]]
    cause: str
    command: str


_ABSENT = {
    "DOCUMENT_MISSING": (
        "No training history: the document is not where the run says it is",
        "The usual cause is a bucket rule that deletes objects, or a run whose last "
        "step never ran. If the store keeps old versions, bring the document back "
        "and read it in:",
    ),
    "DOCUMENT_REFUSED": (
        "No training history: the document cannot be read",
        "See what is wrong with it, mend or restore it, and read it in:",
    ),
    "ROOT_NOT_ALLOWED": (
        "No training history: the run's place is outside every allowed root",
        "Add its root to TRACKLESS_ARTIFACT_ROOT, restart, and read it in:",
    ),
    "NO_ARTIFACTS_PATH": (
        "No training history: the run has no place of its own",
        "It was created without one, so nothing could be written. Notify with its "
        "place, or read in all runs that have one:",
    ),
    "NO_EPOCHS": (
        "No training history yet: no epoch is recorded",
        "The trainer writes the first epoch when it is complete. Look again later, "
        "or read it in now:",
    ),
    "JOB_FAILED": (
        "No training history: the pipeline's job failed before it wrote a document",
        "Its own log says why. Should a document turn up, read it in:",
    ),
    "JOB_CANCELLED": (
        "No training history: the job was cancelled before it wrote a document",
        "Run it again. Should a document turn up, read it in:",
    ),
    "RUN_SILENT": (
        "No training history: the run gave no sign for too long",
        "Nothing told of its end. Should a document turn up, read it in:",
    ),
    "JOB_GONE": (
        "No training history: the pipeline's job has vanished without a document",
        "The machine went away, or somebody deleted the job. Should a document turn "
        "up, read it in:",
    ),
}


def status_word(view: RunView) -> str:
    """Returns how the run stands, and at which epoch it stopped."""
    word = str(view.run.get_status_display())
    if not (view.stopped_early and view.available):
        return word
    error = view.history.get("error")
    epoch = error.get("epoch") if isinstance(error, dict) else None
    return f"{word} at epoch {epoch if isinstance(epoch, int) else view.epochs[-1]}"


def stopped(view: RunView) -> Stopped | None:
    """Returns why the run stopped, None where it did not."""
    if not view.stopped_early or not view.available:
        return None
    error = view.history.get("error") or {}
    if not isinstance(error, dict):
        error = {"message": str(error)}
    word = view.run.get_status_display()
    span = numbers.epochs_range(view.epochs[0], view.epochs[-1])
    kept = [f"All losses, norms and statistics of epochs {span}"]
    lost = []
    if view.history.get("histogram_available"):
        kept.append(f"Histograms of epochs {span}")
    if view.best_epoch is not None:
        kept.append(f"Best validation loss, at epoch {view.best_epoch}")
    if not any(name.startswith("test_") for name in view.finals):
        lost.append("No test values: evaluation never ran")
    return Stopped(
        status=view.run.status,
        title=f"Training {'stopped' if word == 'Failed' else 'was interrupted'}",
        code=str(error.get("kind") or view.run.status).upper().replace(" ", "_"),
        why=str(error.get("message") or "The document does not say why."),
        kept=kept,
        lost=lost,
        command=f"python -m training_metrics show \\\n  {_document_uri(view)}",
    )


def snapshot(view: RunView, now: datetime) -> Snapshot | None:
    """Returns how fresh a running run's numbers are, None where it is over."""
    if not view.running or not view.available:
        return None
    saved = _saved_at(view)
    span = now - saved if saved else timedelta(0)
    return Snapshot(
        age=numbers.age(span),
        at=f"{saved:%H:%M:%S} UTC" if saved else "",
        epoch=view.epochs[-1],
        asked=view.run.epochs_asked,
        left=_left(view),
        stale=span.total_seconds() > _MISSED_WRITES * _WRITES_EVERY_SECONDS,
    )


def absent(view: RunView) -> Absent | None:
    """Returns why there is no history, None where there is."""
    if view.available:
        return None
    code = view.run.reason_code or "NOT_CACHED"
    title, cause = _ABSENT.get(
        code,
        (
            "No training history yet",
            "The run has not announced its document. Look again, or read in "
            "whatever was missed:",
        ),
    )
    at = f"{view.run.looked_at:%H:%M:%S}" if view.run.looked_at else numbers.ABSENT
    found = {"DOCUMENT_MISSING": "not found", "DOCUMENT_REFUSED": "refused"}
    return Absent(
        title=title,
        code=code,
        message=str(view.history.get("message") or _waiting(view)),
        looked=[
            ("Cache in the database", "empty", at),
            ("training_metrics.json", found.get(code, "not looked at"), at),
        ],
        cause=cause,
        command=f"python manage.py reconcile_training_cache --run {view.run.pk}",
    )


def _waiting(view: RunView) -> str:
    if view.run.status == RunStatus.SUBMITTED:
        return "The run was created and has not written anything yet."
    return "Nothing is cached for this run."


def _saved_at(view: RunView) -> datetime | None:
    try:
        return datetime.fromisoformat(str(view.history.get("saved_at")))
    except ValueError:
        return None


def _left(view: RunView) -> str:
    trained, asked = view.run.epoch_count, view.run.epochs_asked
    seconds = [v for v in view.series("metrics", "epoch_seconds") if v is not None]
    if not (trained and asked and seconds):
        return ""
    each = sum(seconds[-5:]) / len(seconds[-5:])
    return f"About {numbers.duration(each * (asked - trained))} left"


def _document_uri(view: RunView) -> str:
    return f"{view.run.gcs_artifacts_path}/training_metrics.json"
