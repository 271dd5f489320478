"""What the page says of a run that has no history: why, and what to do."""

from dataclasses import dataclass

from ml_platform.experiments.models import RunStatus
from ml_platform.experiments.presenters import numbers
from ml_platform.experiments.presenters.run_view import RunView


@dataclass(frozen=True)
class Absent:
    """A run without history: the reason, and what was looked at."""

    title: str
    code: str
    message: str
    looked: list[tuple[str, str, str]]
    cause: str
    command: str
    awaited: bool


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
    found = {
        "DOCUMENT_MISSING": "not found",
        "DOCUMENT_REFUSED": "refused",
        "NO_EPOCHS": "there, without an epoch",
    }
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
        awaited=view.run.status in (RunStatus.RUNNING, RunStatus.SUBMITTED),
    )


def _waiting(view: RunView) -> str:
    if view.run.status == RunStatus.SUBMITTED:
        return "The run was created and has not written anything yet."
    return "Nothing is cached for this run."
