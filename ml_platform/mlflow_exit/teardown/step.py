"""The step `teardown`: its options, and what it prints."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.utils import timezone

from ml_platform.mlflow_exit.services.teardown import plan_told, teardown_show
from ml_platform.mlflow_exit.teardown.google import Google
from ml_platform.mlflow_exit.teardown.names import Names
from ml_platform.mlflow_exit.teardown.permissions import PLAN, permissions_check
from ml_platform.mlflow_exit.teardown.planning import plan_make
from ml_platform.mlflow_exit.teardown.prices import prices_read
from ml_platform.mlflow_exit.teardown.reporting import plan_lines

_NAMES = ("service", "instance", "database", "user", "trigger", "bucket", "account")


def add_options(step: argparse.ArgumentParser) -> None:
    """Adds the options of `teardown`."""
    step.add_argument("--project", required=True, metavar="ID", help="its id")
    usual = Names.given("project").told()
    for name in _NAMES:
        step.add_argument(f"--{name}", help=f"MLflow's {name}; default {usual[name]}")
    step.add_argument(
        "--secret",
        dest="secrets",
        action="append",
        help="MLflow's secret; repeatable; default mlflow-db-password",
    )
    step.add_argument(
        "--client",
        dest="clients",
        action="append",
        help="who loses its MLFLOW_* settings; repeatable; default django",
    )
    step.add_argument(
        "--prices", type=Path, metavar="FILE", help="prices with their date, as JSON"
    )


def run(options: dict[str, Any]) -> tuple[str, int]:
    """Shows the plan; returns what to print, and 1 where something is spared.

    Raises:
        TeardownError: See `plan_make`.
    """
    given = {name: options[name] for name in (*_NAMES, "secrets", "clients")}
    named = {name: value for name, value in given.items() if value is not None}
    names = Names.given(options["project"], **named)
    prices = prices_read(options["prices"]) if options["prices"] else None
    google = Google(names.project)
    permissions_check(google, PLAN)
    plan = plan_make(google=google, names=names, prices=prices, now=timezone.now())
    shown = teardown_show(plan=plan)
    if options["json"]:
        text = json.dumps(plan_told(plan) | {"digest": shown.digest})
    else:
        text = "\n".join(plan_lines(plan, shown.digest))
    return text, 1 if plan.spared else 0
