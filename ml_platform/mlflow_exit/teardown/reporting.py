"""What a plan and a teardown tell a person, as lines of text."""

from decimal import Decimal
from typing import Any

from ml_platform.mlflow_exit.models import StepState, TeardownStep
from ml_platform.mlflow_exit.teardown.prices import NOTHING
from ml_platform.mlflow_exit.teardown.resource import Plan, Resource


def plan_lines(plan: Plan, digest: str) -> list[str]:
    """Returns what would go with its commands, then what stays and why."""
    lines = [f"project {plan.names['project']}"]
    for number, one in enumerate(plan.going, start=1):
        lines.append(f"{number}/{len(plan.going)} {_resource_line(one)}")
        lines += [f"    $ {command}" for command in one.gcloud]
    for one in plan.spared:
        lines.append(f"spared: {_resource_line(one)}")
        lines += [f"    because {stop}" for stop in one.stops]
    lines += [f"left alone: {one.name}: {one.why}" for one in plan.left]
    lines += [f"not there under its name: {kind}" for kind in plan.absent]
    lines += saving_lines(plan)
    return [*lines, f"plan {digest[:12]}; nothing was changed"]


def saving_lines(plan: Plan) -> list[str]:
    """Returns the monthly saving with its arithmetic, as far as there are prices."""
    if not plan.currency:
        return ["monthly saving: unknown without --prices FILE"]
    priced = [one for one in plan.going if one.cost.amount]
    unknown = [one for one in plan.going if one.cost.amount is None]
    total = sum((one.cost.amount or Decimal(0) for one in priced), Decimal(0))
    parts = " + ".join(f"{one.cost.amount} ({one.kind})" for one in priced)
    lines = [f"monthly saving: {parts or 0} = {total} {plan.currency}"]
    return lines + [
        f"  not in it: {one.kind}: {one.cost.arithmetic}" for one in unknown
    ]


def step_line(step: TeardownStep, number: int, total: int) -> str:
    """Returns one step as it stands."""
    words = {
        StepState.PLANNED: "not removed",
        StepState.ASKED: "asked for, not seen to be gone",
        StepState.GONE: "gone",
    }
    word = words[StepState(step.state)]
    if step.state == StepState.GONE and step.asked_at is None:
        word = "was gone already"
    trouble = f" (met: {step.trouble})" if step.trouble else ""
    return f"{number}/{total} {step.kind} {step.name}: {word}{trouble}"


def spared_of(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """Returns the resources of a recorded plan that something keeps."""
    return [one for one in plan["resources"] if one["stops"]]


def spared_lines(plan: dict[str, Any]) -> list[str]:
    """Returns a line a resource that stayed, with who uses it, then the end."""
    lines = [
        f"spared: {one['kind']} {one['name']}: {'; '.join(one['stops'])}"
        for one in spared_of(plan)
    ]
    lines += [f"left alone: {one['name']}: {one['why']}" for one in plan["left"]]
    return [*lines, "carried out; `mlflow_exit record` writes the completion record"]


def _resource_line(one: Resource) -> str:
    amount, arithmetic = one.cost.amount, one.cost.arithmetic
    is_priced = amount is not None and one.cost != NOTHING
    cost = f"{amount} a month ({arithmetic})" if is_priced else arithmetic
    return f"{one.kind} {one.name} in {one.place}: {one.size}; {cost}"
