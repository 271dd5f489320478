"""The way out of MLflow, step by step; each can be run again."""

import argparse
import json
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from ml_platform.mlflow_exit import reports
from ml_platform.mlflow_exit.archive import point_lines
from ml_platform.mlflow_exit.errors import ExitError
from ml_platform.mlflow_exit.inventory import inventory_of
from ml_platform.mlflow_exit.record import step as record_step
from ml_platform.mlflow_exit.references import step as references_step
from ml_platform.mlflow_exit.restoring import step as rollback_step
from ml_platform.mlflow_exit.services.backup import backup_make
from ml_platform.mlflow_exit.services.importing import runs_import
from ml_platform.mlflow_exit.services.verification import archive_verify
from ml_platform.mlflow_exit.sources import database_open, source_open
from ml_platform.mlflow_exit.state import exit_status
from ml_platform.mlflow_exit.teardown import step as teardown_step

_SOURCE_HELP = (
    "MLflow's --backend-store-uri: sqlite:///path or postgresql://user:password@host/"
    "db; or its server: http://host:5000; or a folder of CSV files"
)


class Command(BaseCommand):
    """Parses, calls the step, prints what it found."""

    help = (
        "Takes every run out of MLflow. Exit codes: 0 done, "
        "1 differences, or something left undone that the output names, "
        "2 refused or failed."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Adds the steps and their options."""
        steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
        _add(steps, "inventory", "lists what the source holds", source=True)
        step = _add(steps, "backup", "copies all tables, exact to the bit", source=True)
        step.add_argument(
            "--to", required=True, metavar="PLACE", help="an empty folder, or gs://…"
        )
        step.add_argument(
            "--cloud-sql",
            default="",
            metavar="PROJECT:INSTANCE:DATABASE",
            help="also Cloud SQL's own backup, and its export beside the tables",
        )
        step = _add(steps, "import", "archives every run", source=True)
        step.add_argument(
            "--replace",
            action="store_true",
            help="write over archived runs that the source now holds otherwise",
        )
        step = _add(
            steps, "verify", "compares source, archive and documents", source=True
        )
        step.add_argument(
            "--proof", type=Path, metavar="FILE", help="write the signed proof there"
        )
        step = _add(
            steps, "rollback", "lists what the import made, or fills a new MLflow"
        )
        rollback_step.add_options(step)
        step = _add(steps, "points", "prints the archived points of a run")
        step.add_argument("run_id", metavar="RUN_ID", help="MLflow's id of the run")
        _add(steps, "status", "tells what is archived")
        step = _add(steps, "references", "finds MLflow in a code base")
        references_step.add_options(step)
        step = _add(steps, "teardown", "plans MLflow's removal from Google Cloud")
        teardown_step.add_options(step)
        step = _add(steps, "record", "checks that nothing is left, and writes it down")
        record_step.add_options(step)

    def handle(self, *args: Any, **options: Any) -> None:
        """Does the step; ends with its exit code."""
        try:
            code = getattr(self, f"_{options['step']}")(options)
        except ExitError as error:
            raise CommandError(str(error), returncode=2) from error
        if code:
            raise SystemExit(code)

    def _inventory(self, options: dict[str, Any]) -> int:
        with source_open(options["source"]) as source:
            found = inventory_of(source)
        told = asdict(found) | {"totals": found.totals()}
        self._print(options, told, reports.inventory_lines(found))
        return 0

    def _backup(self, options: dict[str, Any]) -> int:
        with closing(database_open(options["source"])) as database:
            made = backup_make(
                database=database,
                place=options["to"],
                cloud_sql=options["cloud_sql"],
                progress=self._progress,
            )
        told = made.manifest.model_dump() | {"problem": made.problem}
        self._print(options, told, reports.backup_lines(made, options["to"]))
        return 1 if made.problem else 0

    def _import(self, options: dict[str, Any]) -> int:
        with source_open(options["source"]) as source:
            done = runs_import(
                source=source, replace=options["replace"], progress=self._progress
            )
        self._print(options, asdict(done), reports.import_lines(done))
        return 1 if done.changed or done.problems else 0

    def _verify(self, options: dict[str, Any]) -> int:
        with source_open(options["source"]) as source:
            verdict, proof = archive_verify(source=source, progress=self._progress)
        if proof and options["proof"]:
            options["proof"].write_text(json.dumps(proof, indent=1) + "\n")
        told = asdict(verdict) | {"holds": verdict.holds, "proof": proof}
        del told["compared"]
        self._print(options, told, reports.verdict_lines(verdict, proof))
        return 0 if verdict.holds else 1

    def _points(self, options: dict[str, Any]) -> int:
        for line in point_lines(run_id=options["run_id"]):
            text = line if options["json"] else "\t".join(map(str, json.loads(line)))
            self.stdout.write(text)
        return 0

    def _rollback(self, options: dict[str, Any]) -> int:
        told, lines, code = rollback_step.run(options, self._progress)
        self._print(options, told, lines)
        return code

    def _status(self, options: dict[str, Any]) -> int:
        told = exit_status()
        self._print(options, told, [f"{name}: {told[name]}" for name in told])
        return 0

    def _references(self, options: dict[str, Any]) -> int:
        text, code = references_step.run(options)
        self.stdout.write(text)
        return code

    def _teardown(self, options: dict[str, Any]) -> int:
        return teardown_step.run(options, self.stdout.write)

    def _record(self, options: dict[str, Any]) -> int:
        return record_step.run(options, self.stdout.write)

    def _print(
        self, options: dict[str, Any], told: dict[str, Any], lines: list[str]
    ) -> None:
        self.stdout.write(json.dumps(told) if options["json"] else "\n".join(lines))

    def _progress(self, done: int, total: int) -> None:
        """Keeps one line up to date where a person watches."""
        if self.stderr.isatty():
            self.stderr.write(f"\r{done}/{total}", ending="")
            if done == total:
                self.stderr.write("")


def _add(
    steps: Any, name: str, help_text: str, source: bool = False
) -> argparse.ArgumentParser:
    step: argparse.ArgumentParser = steps.add_parser(name, help=help_text)
    if source:
        step.add_argument("--source", required=True, help=_SOURCE_HELP)
    step.add_argument("--json", action="store_true", help="for machines")
    return step
