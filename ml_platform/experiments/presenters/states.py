"""What the page says of a run that stopped early or is running."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

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
    remedies: list[str] = field(default_factory=list)
    command: str = ""


@dataclass(frozen=True)
class Snapshot:
    """How fresh what is shown of a running run is."""

    age: str
    at: str
    epoch: int
    asked: int | None
    left: str
    pace: str
    saved_at: str
    stale: bool


# What a cause is called in the title, and what to do about it.
_CAUSES = {
    "signal 9": (
        "the trainer was killed",
        "Mostly memory: a larger machine or a smaller batch_size.",
    ),
    "MemoryError": (
        "memory ran out",
        "A larger machine or a smaller batch_size.",
    ),
    "no space left": ("the disk was full", "A machine with a larger disk."),
    "not_finite": (
        "the loss was not finite",
        "A smaller learning rate, or clipped gradients.",
    ),
    "signal": ("the trainer was told to end", ""),
    "lost": ("the trainer vanished without a word", ""),
}
_RESUME = (
    "Retry the step or run the same job again: it goes on after the last epoch of its "
    "checkpoint."
)


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
    cause, remedy = _cause(error)
    title = f"Training {'stopped' if word == 'Failed' else 'was interrupted'}"
    resume = _RESUME if view.run.status == RunStatus.INTERRUPTED else ""
    return Stopped(
        status=view.run.status,
        title=f"{title}: {cause}" if cause else title,
        code=str(error.get("kind") or view.run.status).upper().replace(" ", "_"),
        why=_sentence(str(error.get("message") or "The document does not say why.")),
        kept=kept,
        lost=lost,
        remedies=[text for text in (resume, remedy) if text],
        command=f"python -m training_metrics show \\\n  {_document_uri(view)}",
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _cause(error: dict[str, Any]) -> tuple[str, str]:
    """Returns the cause in a few words and what to do about it; "" where unknown."""
    told = f"{error.get('kind')} {error.get('message')}"
    known = (words for name, words in _CAUSES.items() if name in told)
    return next(known, ("", ""))


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
        pace=_pace(view),
        saved_at=saved.isoformat() if saved else "",
        stale=span.total_seconds() > _MISSED_WRITES * _WRITES_EVERY_SECONDS,
    )


def _saved_at(view: RunView) -> datetime | None:
    try:
        return datetime.fromisoformat(str(view.history.get("saved_at")))
    except ValueError:
        return None


def _left(view: RunView) -> str:
    trained, asked = view.run.epoch_count, view.run.epochs_asked
    each = _epoch_seconds(view)
    if not (trained and asked and each):
        return ""
    return f"About {numbers.duration(each * (asked - trained))} left"


def _pace(view: RunView) -> str:
    each = _epoch_seconds(view)
    return f"at {numbers.duration(each)} an epoch" if each else ""


def _epoch_seconds(view: RunView) -> float:
    """Returns the mean of the last five epochs, 0 where none was timed."""
    told = [v for v in view.series("metrics", "epoch_seconds") if v is not None]
    return sum(told[-5:]) / len(told[-5:]) if told else 0.0


def _document_uri(view: RunView) -> str:
    return f"{view.run.gcs_artifacts_path}/training_metrics.json"
