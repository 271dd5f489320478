"""What must hold before anything is removed; all that does not is told together."""

from datetime import datetime, timedelta
from typing import Any

from ml_platform.experiments.models import QuickTest, RunStatus
from ml_platform.mlflow_exit.errors import ExitError
from ml_platform.mlflow_exit.manifest import manifest_read
from ml_platform.mlflow_exit.models import StepState, Teardown
from ml_platform.mlflow_exit.proof import proof_state
from ml_platform.mlflow_exit.services.teardown import steps_open
from ml_platform.mlflow_exit.sources import source_open
from ml_platform.mlflow_exit.teardown.errors import ExecutionRefused
from ml_platform.mlflow_exit.teardown.resource import Plan
from ml_platform.mlflow_exit.verdict import Verdict
from ml_platform.mlflow_exit.verifying import source_verify
from ml_platform.mlflow_exit.verifying_documents import documents_verify

PROOF_HOURS = 24
NEW_RUNS_MIN = 3
BACKUP_DAYS_MAX = 365


def conditions_check(
    *, teardown: Teardown, plan: Plan, options: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """Checks every condition, on the data itself and not on what was once noted.

    Args:
        teardown: as it was shown, perhaps begun.
        plan: made anew just now.
        options: of the command: `confirm`, `source`, `backup`, `final_backup_days`.
        now: for the proof's age.

    Returns:
        What was found, for the record.

    Raises:
        ExecutionRefused: Some do not hold; all of them are named.
    """
    begun = _source_begun(teardown)
    reasons = _typed(options, plan) + _plan_moved(teardown, plan)
    proof = proof_state()
    reasons += _proof(proof, now, begun)
    reasons += _new_runs()
    if not proof["wrong"]:
        if not begun:
            reasons += _source(options["source"], proof["proof"])
        reasons += _backup(options["backup"])
    if reasons:
        raise ExecutionRefused(reasons)
    return {
        "checked_at": now.isoformat(),
        "proof": proof["proof"],
        "source_checked": not begun,
        "backup": options["backup"],
        "final_backup_days": options["final_backup_days"],
    }


def new_runs_count() -> int:
    """Counts completed runs that came without MLflow and are cached."""
    return QuickTest.objects.filter(
        status=RunStatus.COMPLETED,
        mlflow_run_id="",
        cached_at__isnull=False,
        training_history_json__available=True,
    ).count()


def _source_begun(teardown: Teardown) -> bool:
    """Says whether the source is going already, and so cannot be asked any more."""
    going = teardown.steps.exclude(state=StepState.PLANNED)
    return going.filter(kind__in=("service", "instance")).exists()


def _typed(options: dict[str, Any], plan: Plan) -> list[str]:
    project, reasons = plan.names["project"], []
    if options["confirm"] != project:
        reasons.append(
            f"--confirm {options['confirm'] or ''!r}: type the project's id, {project}"
        )
    days = options["final_backup_days"]
    has_instance = any(one.kind == "instance" for one in plan.going)
    if has_instance and not 1 <= days <= BACKUP_DAYS_MAX:
        reasons.append(
            f"--final-backup-days {days}: say how long Cloud SQL keeps the final "
            f"backup, 1 to {BACKUP_DAYS_MAX} days"
        )
    return reasons


def _plan_moved(teardown: Teardown, plan: Plan) -> list[str]:
    if teardown.names != plan.names:
        return ["the names are not those of the plan that was shown last"]
    if teardown.started_at is None:
        if teardown.digest == plan.digest():
            return []
        return [f"{one}; look at a new plan first" for one in _changes(teardown, plan)]
    fresh = {(one.kind, one.name): one for one in plan.resources}
    return [
        f"{step.kind} {step.name}: {stop}; look at a new plan first"
        for step in steps_open(teardown=teardown)
        for stop in getattr(fresh.get((step.kind, step.name)), "stops", [])
    ]


def _changes(teardown: Teardown, plan: Plan) -> list[str]:
    shown = {(one["kind"], one["name"]): one for one in teardown.plan["resources"]}
    fresh = {(one.kind, one.name): one for one in plan.resources}
    lines = []
    for key in sorted(shown.keys() | fresh.keys()):
        name, old, new = " ".join(key), shown.get(key), fresh.get(key)
        if old is None or new is None:
            lines.append(
                f"{name}: {'has come' if new else 'is gone'} since it was shown"
            )
        elif bool(old["stops"]) != bool(new.stops):
            lines.append(f"{name}: {', '.join(new.stops) or 'no longer in use'}")
        elif (old["fingerprint"], old["size"]) != (new.fingerprint, new.size):
            lines.append(f"{name}: has changed since it was shown")
    return lines or ["the project is not as it was shown"]


def _proof(state: dict[str, Any], now: datetime, begun: bool) -> list[str]:
    if state["wrong"]:
        return [f"the proof is not good: {state['wrong']}"]
    verified_at = datetime.fromisoformat(state["proof"]["verified_at"])
    if not begun and now - verified_at > timedelta(hours=PROOF_HOURS):
        return [f"the proof is older than {PROOF_HOURS} hours; run `verify` again"]
    return []


def _new_runs() -> list[str]:
    count = new_runs_count()
    if count >= NEW_RUNS_MIN:
        return []
    return [
        f"{count} runs were completed and cached without MLflow; train at least "
        f"{NEW_RUNS_MIN} by the new way first"
    ]


def _source(url: str | None, proof: dict[str, Any]) -> list[str]:
    if not url:
        return ["--source is missing: the source is compared with the proof once more"]
    try:
        with source_open(url) as source:
            verdict = source_verify(source)
            documents_verify(verdict)
    except ExitError as error:
        return [str(error)]
    if verdict.holds and verdict.digest() == proof["digest"]:
        return []
    return [
        f"the source has moved since the proof: {_first(verdict)}; "
        "`import`, `verify` and plan again"
    ]


def _backup(place: str | None) -> list[str]:
    if not place:
        return ["--backup is missing: the backup is read back once more"]
    try:
        if manifest_read(place) is None:
            return [f"backup {place}: no manifest.json, so it is none or was cut off"]
        with source_open(place) as source:
            verdict = source_verify(source)
    except ExitError as error:
        return [f"backup {place}: {error}"]
    if verdict.holds:
        return []
    found = _first(verdict)
    return [f"backup {place}: not what the archive holds: {found}; make it again"]


def _first(verdict: Verdict) -> str:
    lists = (verdict.differ, verdict.missing_here, verdict.missing_there)
    found = [line for one in (*lists, verdict.unreadable) for line in one]
    if not found:
        return "another digest"
    shown = " ".join(f"{name}={value}" for name, value in found[0].items())
    return f"{len(found)} findings, the first: {shown[:200]}"
