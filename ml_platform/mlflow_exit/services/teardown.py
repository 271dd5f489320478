"""The records of a teardown: the plan that was shown, and its steps."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from ml_platform.mlflow_exit.models import StepState, Teardown, TeardownStep
from ml_platform.mlflow_exit.teardown.resource import Plan


@transaction.atomic
def teardown_show(*, plan: Plan) -> Teardown:
    """Records a plan as shown, with a step for each resource that would go."""
    shown = Teardown.objects.create(
        project=plan.names["project"],
        names=plan.names,
        plan=plan_told(plan),
        digest=plan.digest(),
    )
    TeardownStep.objects.bulk_create(
        TeardownStep(
            teardown=shown,
            position=position,
            kind=one.kind,
            name=one.name,
            fingerprint=one.fingerprint,
        )
        for position, one in enumerate(plan.going)
    )
    return shown


def plan_told(plan: Plan) -> dict[str, Any]:
    """Returns a plan as JSON; amounts are text, exact."""
    told = asdict(plan)
    for one in told["resources"]:
        amount = one["cost"]["amount"]
        one["cost"]["amount"] = None if amount is None else str(amount)
    return told


def teardown_last(*, project: str) -> Teardown | None:
    """Returns the plan that was shown last, None before the first."""
    return Teardown.objects.filter(project=project).order_by("pk").last()


def teardowns_begun(*, project: str) -> list[Teardown]:
    """Returns the teardowns that changed something, in order."""
    begun = Teardown.objects.filter(project=project, started_at__isnull=False)
    return list(begun.order_by("pk"))


def steps_open(*, teardown: Teardown) -> list[TeardownStep]:
    """Returns the steps whose resource was not seen to be gone, in order."""
    return list(teardown.steps.exclude(state=StepState.GONE))


def teardown_start(*, teardown: Teardown, conditions: dict[str, Any]) -> None:
    """Records that all conditions held, before the first change; once a teardown."""
    if teardown.started_at is None:
        teardown.started_at, teardown.conditions = timezone.now(), conditions
        teardown.save(update_fields=["started_at", "conditions"])


def teardown_told(teardown: Teardown) -> dict[str, Any]:
    """Returns the record as JSON."""
    steps = teardown.steps.values(
        "kind", "name", "state", "operation", "asked_at", "gone_at", "trouble"
    )
    moments = ("shown_at", "started_at", "ended_at")
    told = {name: _moment(getattr(teardown, name)) for name in moments}
    return told | {
        "project": teardown.project,
        "digest": teardown.digest,
        "plan": teardown.plan,
        "conditions": teardown.conditions,
        "steps": [
            step | {name: _moment(step[name]) for name in ("asked_at", "gone_at")}
            for step in steps
        ],
    }


def completion_keep(*, teardown: Teardown, record: dict[str, Any]) -> None:
    """Keeps the completion record beside the teardown that it tells of."""
    teardown.completion = record
    teardown.save(update_fields=["completion"])


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
