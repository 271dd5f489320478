"""What is still open: each line names the thing and what is left to do. Reads only."""

import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from django.core.checks import ERROR, run_checks

from ml_platform.experiments import readiness
from ml_platform.mlflow_exit.models import StepState, Teardown, TeardownStep
from ml_platform.mlflow_exit.proof import proof_state
from ml_platform.mlflow_exit.references.searching import references_find
from ml_platform.mlflow_exit.teardown.google import Google
from ml_platform.mlflow_exit.teardown.holdings import runs_of
from ml_platform.mlflow_exit.teardown.resource import Plan
from ml_platform.mlflow_exit.teardown.usage import SETTING, mlflow_settings, run_word

_SHOWN = 5


@dataclass(frozen=True)
class Code:
    """Where the code base is, and which of its files are history."""

    paths: list[Path]
    keep: list[str]


def open_points(
    *, teardown: Teardown, plan: Plan, runs: list[str], code: Code
) -> list[str]:
    """Returns what is open; empty where the exit is complete.

    Args:
        teardown: the last that was begun, or the last plan where none was.
        plan: made anew just now.
        runs: a line for each service, job or worker pool with MLflow's settings.
        code: what `references` searches.

    Raises:
        ReferencesRefused: The code cannot be searched.
    """
    return [
        *_steps(teardown),
        *(
            f"{one.kind} {one.name} is there: {'; '.join(one.stops) or 'not removed'}"
            for one in plan.resources
        ),
        *runs,
        *_environment(),
        *_references(code),
        *_django(),
        *_proof(),
    ]


def settings_left(google: Google) -> list[str]:
    """Returns a line for each service, job or pool that has MLflow's settings."""
    return [
        f"{run_word(run['name'])} has {', '.join(mlflow_settings(run))}: remove them"
        for run in runs_of(google)
        if mlflow_settings(run)
    ]


def _steps(teardown: Teardown) -> list[str]:
    if teardown.started_at is None:
        return ["the last plan is not carried out: run `teardown --execute`"]
    undone = TeardownStep.objects.filter(teardown=teardown)
    return [
        f"{step.kind} {step.name} is {step.state}: run `teardown --execute` again"
        for step in undone.exclude(state=StepState.GONE)
    ]


def _environment() -> list[str]:
    lines = [
        f"{name} is set where this command runs: unset it"
        for name in sorted(os.environ)
        if SETTING.fullmatch(name)
    ]
    if find_spec("mlflow") is not None:
        lines.append("the module mlflow can be imported here: uninstall it")
    return lines


def _references(code: Code) -> list[str]:
    if not code.paths:
        return ["no code base was searched: give --code PATH"]
    found = references_find(code.paths, code.keep)
    left = [one for one in found.references if one.action != "keep"]
    lines = [
        f"{one.file}:{one.line} names MLflow: {one.action}" for one in left[:_SHOWN]
    ]
    if len(left) > _SHOWN:
        lines.append(f"and {len(left) - _SHOWN} more: see `references`")
    return lines


def _django() -> list[str]:
    lines = [f"Django: {one}" for one in run_checks() if one.level >= ERROR]
    if not readiness.database.answers():
        lines.append("Django's database does not answer")
    if not readiness.artifact_store.answers():
        lines.append("Django's artifact store does not answer")
    return lines


def _proof() -> list[str]:
    wrong = proof_state()["wrong"]
    return [f"the proof is not good: {wrong}"] if wrong else []
