"""Deletes a run: its document, its cache and everything made of them."""

import argparse
import json
from typing import Any

from django.core.management import BaseCommand, CommandError

from ml_platform.experiments.errors import ExperimentsError
from ml_platform.experiments.management.receipts import receipt_line, receipt_told
from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.services.removing import (
    document_of_run_to_delete,
    run_delete,
)
from training_metrics.storage import Stored


class Command(BaseCommand):
    """Plans by default; prints the receipt, which stays in the database."""

    help = (
        "Plans, and with --yes deletes, a run that is over: its training_metrics.json "
        "and its row with the cache. "
        "Exit codes: 0 planned or deleted, 2 refused or failed; everything stays."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Adds the run's id, --yes and --json."""
        parser.add_argument("run", type=int, help="the run's id")
        parser.add_argument("--yes", action="store_true", help="delete, do not plan")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> str:
        """Deletes, or says what would be, and returns what is printed."""
        run = QuickTest.objects.filter(pk=options["run"]).first()
        if run is None:
            raise CommandError(
                f"run {options['run']}: not found; see the list", returncode=2
            )
        try:
            stored = document_of_run_to_delete(run=run)
            if not options["yes"]:
                return _plan(run, stored, options["json"])
            receipt = run_delete(run=run, stored=stored)
        except ExperimentsError as error:
            raise CommandError(str(error), returncode=2) from error
        told = receipt_told(receipt)
        return json.dumps(told) if options["json"] else receipt_line(receipt)


def _plan(run: QuickTest, stored: Stored | None, as_json: bool) -> str:
    size_bytes = len(stored.data) if stored else 0
    if as_json:
        told = {"acted": False, "run": run.pk, "place": run.gcs_artifacts_path}
        return json.dumps(told | {"size_bytes": size_bytes})
    return (
        f"to delete: run {run.pk} with its cache, and {size_bytes} bytes in "
        f"{run.gcs_artifacts_path or 'no place'}\n"
        "A plan: nothing was deleted. Add --yes to delete."
    )
