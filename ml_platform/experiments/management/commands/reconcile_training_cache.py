"""Finds runs whose announcement was lost, and caches them; for cron."""

import argparse
import json
from typing import Any

from django.core.management import BaseCommand

from ml_platform.experiments.services.reconciling import runs_reconcile


class Command(BaseCommand):
    """Looks for the documents of runs that are not settled."""

    help = (
        "Caches the runs whose announcement was lost. "
        "Exit codes: 0 every run looked at, 1 some could not be looked at."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Adds --run and --json."""
        parser.add_argument("--run", type=int, help="only the run with this id")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        """Reconciles and prints the counts."""
        counts = runs_reconcile(run_id=options["run"])
        if options["json"]:
            self.stdout.write(json.dumps(vars(counts)))
        else:
            self.stdout.write(str(counts))
        if counts.store_away:
            raise SystemExit(1)
