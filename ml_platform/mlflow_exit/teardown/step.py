"""The step `teardown`: its options, and what it prints."""

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.utils import timezone

from ml_platform.mlflow_exit.models import Teardown, TeardownStep
from ml_platform.mlflow_exit.services.teardown import (
    plan_told,
    teardown_last,
    teardown_show,
    teardown_start,
    teardown_told,
)
from ml_platform.mlflow_exit.teardown.conditions import conditions_check
from ml_platform.mlflow_exit.teardown.errors import ExecutionRefused, ExecutionStopped
from ml_platform.mlflow_exit.teardown.executing import operations_settle, plan_execute
from ml_platform.mlflow_exit.teardown.google import Google
from ml_platform.mlflow_exit.teardown.known import known_prefixes
from ml_platform.mlflow_exit.teardown.names import Names, settings_names
from ml_platform.mlflow_exit.teardown.permissions import (
    EXECUTE,
    PLAN,
    permissions_check,
)
from ml_platform.mlflow_exit.teardown.planning import plan_make
from ml_platform.mlflow_exit.teardown.prices import prices_read
from ml_platform.mlflow_exit.teardown.reporting import (
    plan_lines,
    spared_lines,
    spared_of,
    step_line,
)

_NAMES = ("service", "instance", "database", "user", "trigger", "bucket", "account")


def add_options(step: argparse.ArgumentParser) -> None:
    """Adds the options of `teardown`."""
    step.add_argument("--project", required=True, metavar="ID", help="its id")
    usual = asdict(Names("project", "project-mlflow-artifacts")) | settings_names()
    for name in _NAMES:
        step.add_argument(f"--{name}", help=f"MLflow's {name}; default {usual[name]}")
    step.add_argument(
        "--secret",
        dest="secrets",
        action="append",
        help=f"MLflow's secret; repeatable; default {_listed(usual['secrets'])}",
    )
    step.add_argument(
        "--client",
        dest="clients",
        action="append",
        help="who loses its MLFLOW_* settings; repeatable; "
        f"default {_listed(usual['clients'])}",
    )
    step.add_argument(
        "--prices", type=Path, metavar="FILE", help="prices with their date, as JSON"
    )
    step.add_argument(
        "--execute", action="store_true", help="remove what the last plan shows"
    )
    step.add_argument("--confirm", metavar="ID", help="with --execute: the id again")
    step.add_argument("--source", help="with --execute: MLflow's, as for verify")
    step.add_argument("--backup", metavar="PLACE", help="with --execute: its backup")
    step.add_argument(
        "--final-backup-days",
        type=int,
        default=0,
        metavar="DAYS",
        help="with --execute: how long Cloud SQL keeps its final backup",
    )
    step.add_argument(
        "--wait-minutes",
        type=int,
        default=30,
        metavar="MINUTES",
        help="the longest that one operation is waited for; default 30",
    )


def _listed(names: list[str]) -> str:
    return ", ".join(names)


def run(options: dict[str, Any], write: Callable[[str], Any]) -> int:
    """Shows the plan, or carries it out; returns 1 where something is spared.

    Raises:
        TeardownError: See `plan_make`, `conditions_check` and `plan_execute`.
    """
    given = {name: options[name] for name in (*_NAMES, "secrets", "clients")}
    named = {name: value for name, value in given.items() if value is not None}
    project = options["project"]
    if options["execute"]:
        names = Names(**(_shown(project).names | named))
        return _execute(names, options, write)
    return _plan(Names.given(project, **named), options, write)


def _plan(names: Names, options: dict[str, Any], write: Callable[[str], Any]) -> int:
    prices = prices_read(options["prices"]) if options["prices"] else None
    google = Google(names.project)
    permissions_check(google, PLAN)
    plan = plan_make(google=google, names=names, prices=prices, now=timezone.now())
    shown = teardown_show(plan=plan)
    if options["json"]:
        write(json.dumps(plan_told(plan) | {"digest": shown.digest}))
    else:
        write("\n".join(plan_lines(plan, shown.digest)))
    return 1 if plan.spared else 0


def _execute(names: Names, options: dict[str, Any], write: Callable[[str], Any]) -> int:
    teardown, google, now = _shown(names.project), Google(names.project), timezone.now()
    permissions_check(google, EXECUTE)
    operations_settle(google=google, teardown=teardown, options=options)
    plan = plan_make(
        google=google,
        names=names,
        prices=None,
        now=now,
        final_backup_days=options["final_backup_days"],
    )
    found = conditions_check(teardown=teardown, plan=plan, options=options, now=now)
    teardown_start(teardown=teardown, conditions=found)
    total = teardown.steps.count()

    def progress(step: TeardownStep) -> None:
        if not options["json"]:
            write(step_line(step, step.position + 1, total))

    options = options | {"known": known_prefixes(names.bucket)}
    try:
        plan_execute(
            google=google, teardown=teardown, options=options, progress=progress
        )
    except KeyboardInterrupt as error:
        remedy = "run `teardown --execute` again, it continues where it stopped"
        raise ExecutionStopped(names.project, "interrupted", remedy) from error
    if options["json"]:
        write(json.dumps(teardown_told(teardown)))
    else:
        write("\n".join(spared_lines(teardown.plan)))
    return 1 if spared_of(teardown.plan) else 0


def _shown(project: str) -> Teardown:
    """The plan that was shown last and is not carried out yet."""
    teardown = teardown_last(project=project)
    if teardown is None or teardown.ended_at is not None:
        why = (
            "no plan was shown" if teardown is None else "the last plan is carried out"
        )
        raise ExecutionRefused([f"{why}; run `teardown --project {project}` first"])
    return teardown
