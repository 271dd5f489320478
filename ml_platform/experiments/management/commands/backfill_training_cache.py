"""Caches the history of every run that has a document and no cache."""

import argparse
import json
from typing import Any

from django.core.management import BaseCommand

from ml_platform.experiments.services.reconciling import (
    backfill_counts,
    runs_backfill,
)


class Command(BaseCommand):
    """Counts, then caches; can be stopped and run again."""

    help = (
        "Caches the history of runs that have none. Exit codes: 0 all done, "
        "1 some runs have no readable document or the store was away."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Adds --dry-run, --limit, --force and --json."""
        parser.add_argument("--dry-run", action="store_true", help="only count")
        parser.add_argument("--limit", type=int, help="at most so many runs")
        parser.add_argument(
            "--force", action="store_true", help="read runs that are cached, too"
        )
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints the counts before and what was done."""
        told: dict[str, Any] = backfill_counts(force=options["force"])
        if not options["json"]:
            self.stdout.write(
                "{ended} ended, {with_mlflow_id} with an MLflow id, {cached} cached, "
                "{to_do} to do".format(**told)
            )
        done = None
        if not options["dry_run"]:
            done = runs_backfill(limit=options["limit"], force=options["force"])
            told["done"] = vars(done)
        if options["json"]:
            self.stdout.write(json.dumps(told))
        elif done:
            self.stdout.write(str(done))
        if done and (done.unavailable or done.store_away):
            raise SystemExit(1)
