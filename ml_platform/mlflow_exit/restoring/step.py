"""The step `rollback`: its options, and which of its two ways they ask for.

Without options it lists what the import made; with a backup and a database it fills a
new MLflow.
"""

import argparse
from dataclasses import asdict
from typing import Any

from ml_platform.mlflow_exit import reports
from ml_platform.mlflow_exit.errors import RestoreRefused
from ml_platform.mlflow_exit.reverting import revert_list
from ml_platform.mlflow_exit.services.restoring import Progress, backup_restore


def add_options(step: argparse.ArgumentParser) -> None:
    """Adds `--from` and `--into`."""
    step.add_argument("--from", metavar="PLACE", help="a backup: its folder, or gs://…")
    step.add_argument(
        "--into",
        metavar="URL",
        help="an empty database that a new MLflow made: sqlite:///… or postgresql://…",
    )


def run(
    options: dict[str, Any], progress: Progress
) -> tuple[dict[str, Any], list[str], int]:
    """Returns what to print as JSON, as lines, and the exit code.

    Raises:
        ExitError: See `backup_restore`; or only one of the two options was given.
    """
    place, url = options["from"], options["into"]
    if place is None and url is None:
        found = list(revert_list())
        code = 0 if found else 1
        return {"revert": found}, reports.revert_lines(found), code
    if place is None or url is None:
        raise RestoreRefused(str(url or "…"), "give both --from and --into")
    verdict = backup_restore(place=place, url=url, progress=progress)
    told = asdict(verdict)
    kept = ("match", "runs", "points", "differ", "missing_here", "missing_there")
    told = {name: told[name] for name in kept} | {"holds": verdict.holds}
    return told, reports.restored_lines(verdict), 0 if verdict.holds else 1
