"""The staff page of the exit: how far it is, and the completion record."""

from datetime import datetime
from typing import Any

from django.contrib.admin.views.decorators import staff_member_required
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ml_platform.experiments.presenters import numbers
from ml_platform.mlflow_exit.models import StepState, Teardown, TeardownStep
from ml_platform.mlflow_exit.record.markdown import markdown_of
from ml_platform.mlflow_exit.state import exit_status

_STATES = {
    StepState.PLANNED: ("submitted", "Not removed"),
    StepState.ASKED: ("running", "Asked for, not seen to be gone"),
    StepState.GONE: ("completed", "Gone"),
}


@staff_member_required(login_url="login")
def exit_page(request: HttpRequest) -> HttpResponse:
    """Shows the archive and its proof, then of each project its teardown.

    That is the last one that was begun, else the last plan.
    """
    shown: dict[str, dict[str, Any]] = {}
    begun_first = F("started_at").desc(nulls_last=True)
    for one in Teardown.objects.order_by(begun_first, "-pk"):
        if one.project not in shown:
            shown[one.project] = _teardown(one)
    context = {"archive": _archive(exit_status()), "teardowns": list(shown.values())}
    return render(request, "mlflow_exit/exit.html", context)


def _archive(status: dict[str, Any]) -> dict[str, Any]:
    proof = status["proof"]["proof"]
    return {
        "runs": numbers.count(status["runs"]),
        "points": numbers.count(status["points"]),
        "experiments": numbers.count(status["experiments"]),
        "sources": status["sources"],
        "last": _moment(status["last_archived_at"]),
        "wrong": status["proof"]["wrong"],
        "proof": proof,
        "verified": _moment(proof["verified_at"]) if proof else "",
        "is_empty": not status["runs"],
    }


def _teardown(one: Teardown) -> dict[str, Any]:
    record = one.completion
    planned = {(r["kind"], r["name"]): r for r in one.plan["resources"]}
    return {
        "project": one.project,
        "shown": numbers.moment(one.shown_at),
        "begun": numbers.moment(one.started_at) if one.started_at else "",
        "steps": [_step(step, planned) for step in one.steps.all()],
        "spared": [r for r in one.plan["resources"] if r["stops"]],
        "left": one.plan["left"],
        "record": _record(record) if record else None,
    }


def _step(step: TeardownStep, planned: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    glyph, word = _STATES[StepState(step.state)]
    if step.state == StepState.GONE and step.asked_at is None:
        word = "Was gone already"
    return {
        "kind": step.kind,
        "name": step.name,
        "size": planned[step.kind, step.name]["size"],
        "glyph": glyph,
        "word": word,
        "gone": numbers.moment(step.gone_at) if step.gone_at else "–",
        "trouble": step.trouble,
    }


def _record(record: dict[str, Any]) -> dict[str, Any]:
    saving = record["saving"]
    return record | {
        "completed": _moment(record["completed_at"]),
        "rows": [
            row
            | {
                "asked": _moment(row["asked_at"]) or "was gone already",
                "gone": _moment(row["gone_at"]),
            }
            for row in record["removed"]
        ],
        "kept": [
            row | {"held": _held(row), "until": _moment(row.get("expires_at"))}
            for row in record["backups"]
        ],
        "before": numbers.size(record["bytes_before"]),
        "after": numbers.size(record["bytes_after"]),
        "total": ", ".join(f"{a} {c}" for c, a in saving["monthly"].items()),
        "markdown": markdown_of(record),
    }


def _held(backup: dict[str, Any]) -> str:
    if "files" not in backup:
        return str(backup["state"])
    return f"{backup['files']} files, {numbers.size(backup['bytes'])}"


def _moment(text: str | None) -> str:
    return numbers.moment(datetime.fromisoformat(text)) if text else ""
