"""Finds runs whose announcement was lost, and runs that died without one; for cron."""

import argparse
import json
from typing import Any

from django.core.management import BaseCommand, CommandError

from ml_platform.experiments.services.reconciling import SILENT_HOURS, runs_reconcile


class Command(BaseCommand):
    """Looks for the documents of runs that are not settled."""

    help = (
        "Caches the runs whose announcement was lost, asks the jobs of runs that are "
        "not over, and declares over those that will say nothing more. "
        "Exit codes: 0 every run looked at, 1 some could not be looked at."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Adds --run, --silent-hours and --json."""
        parser.add_argument("--run", type=int, help="only the run with this id")
        parser.add_argument(
            "--silent-hours",
            type=float,
            default=SILENT_HOURS,
            metavar="HOURS",
            help="a run with no job to ask and no newer document for so long is "
            "declared interrupted (default: %(default)g)",
        )
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        """Reconciles and prints the counts."""
        if options["silent_hours"] <= 0:
            raise CommandError(
                f"--silent-hours {options['silent_hours']:g}: use more than 0",
                returncode=2,
            )
        counts = runs_reconcile(
            run_id=options["run"], silent_hours=options["silent_hours"]
        )
        if options["json"]:
            self.stdout.write(json.dumps(vars(counts)))
        else:
            self.stdout.write(str(counts))
        if counts.store_away or counts.job_away:
            raise SystemExit(1)
