"""The records of a teardown: the plan that was shown, and its steps."""

from dataclasses import asdict
from typing import Any

from django.db import transaction

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


def steps_open(*, teardown: Teardown) -> list[TeardownStep]:
    """Returns the steps whose resource was not seen to be gone, in order."""
    return list(teardown.steps.exclude(state=StepState.GONE))
