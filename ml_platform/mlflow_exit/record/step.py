"""The step `record`: its options, and what it prints and writes."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils import timezone

from ml_platform.mlflow_exit.record.charges import charges_of
from ml_platform.mlflow_exit.record.checks import Code, open_points, settings_left
from ml_platform.mlflow_exit.record.completion import completion_of
from ml_platform.mlflow_exit.record.markdown import markdown_of
from ml_platform.mlflow_exit.services.teardown import (
    completion_keep,
    teardown_last,
    teardowns_begun,
)
from ml_platform.mlflow_exit.teardown.errors import ExecutionRefused, RecordRefused
from ml_platform.mlflow_exit.teardown.google import Google
from ml_platform.mlflow_exit.teardown.names import Names
from ml_platform.mlflow_exit.teardown.permissions import PLAN, permissions_check
from ml_platform.mlflow_exit.teardown.planning import plan_make
from training_metrics.errors import TrainingMetricsError
from training_metrics.storage import open_store


def add_options(step: argparse.ArgumentParser) -> None:
    """Adds the options of `record`."""
    step.add_argument("--project", required=True, metavar="ID", help="its id")
    step.add_argument(
        "--to",
        required=True,
        metavar="PLACE",
        help="a folder, or gs://…, for both files",
    )
    step.add_argument(
        "--code",
        action="append",
        type=Path,
        default=[],
        metavar="PATH",
        help="the code base, which must name MLflow no more; repeatable",
    )
    step.add_argument(
        "--keep",
        action="append",
        default=[],
        metavar="PATTERN",
        help="its files that are history, as of `references`; repeatable",
    )
    step.add_argument(
        "--billing-table",
        metavar="TABLE",
        help="project.dataset.table of a Cloud Billing export",
    )


def run(options: dict[str, Any], write: Callable[[str], Any]) -> int:
    """Checks; writes the record where nothing is open, else returns 1.

    Raises:
        ExecutionRefused: There is no teardown to tell of.
        RecordRefused: The place does not take the files.
        ExitError: Something could not be looked at.
    """
    project = options["project"]
    last = teardown_last(project=project)
    if last is None:
        remedy = f"run `teardown --project {project}` first"
        raise ExecutionRefused([f"no teardown of {project} to record; {remedy}"])
    google = Google(project)
    permissions_check(google, PLAN)
    names = Names(**last.names)
    plan = plan_make(google=google, names=names, prices=None, now=timezone.now())
    begun = teardowns_begun(project=project)
    # A plan that was only looked at since is none to carry out: the fresh one counts.
    teardown = begun[-1] if begun else last
    code = Code(options["code"], options["keep"])
    left = open_points(
        teardown=teardown, plan=plan, runs=settings_left(google), code=code
    )
    if left:
        told = {"complete": False, "open": left}
        lines = [f"open: {line}" for line in left]
        text = "\n".join(
            [*lines, f"NOT complete: {len(left)} open, nothing was written"]
        )
        write(json.dumps(told) if options["json"] else text)
        return 1
    record = completion_of(
        google=google,
        teardowns=begun,
        plan=plan,
        charges=charges_of(google, options["billing_table"]),
    )
    _write(options["to"], record)
    completion_keep(teardown=teardown, record=record)
    text = f"complete: {options['to']}/record.md and record.json"
    write(json.dumps({"complete": True} | record) if options["json"] else text)
    return 0


def _write(place: str, record: dict[str, Any]) -> None:
    place = place.rstrip("/")
    files = {
        "record.json": json.dumps(record, indent=1) + "\n",
        "record.md": markdown_of(record),
    }
    for name, text in files.items():
        try:
            open_store(f"{place}/{name}").write(text.encode(), if_generation=None)
        except TrainingMetricsError as error:
            raise RecordRefused(place, str(error)) from error
