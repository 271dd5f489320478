"""Deletes the documents of old runs whose history is cached; plans by default."""

import argparse
import json
from collections import Counter
from typing import Any

from django.core.management import BaseCommand, CommandError

from ml_platform.experiments.management.receipts import receipt_line, receipt_told
from ml_platform.experiments.services.retention import (
    FAILED,
    OLDER_THAN_DAYS,
    REFUSED,
    Pruning,
    runs_older,
    runs_prune,
)


class Command(BaseCommand):
    """Prints what becomes of each document, and the receipt of each that is gone."""

    help = (
        "Plans, and with --yes deletes, the training_metrics.json of runs that ended "
        "long ago. The cache keeps their curves, finals and params; histograms, and "
        "epochs beyond those cached, are lost. A document that is not cached stays. "
        "Exit codes: 0 planned or done, 1 some documents were refused, 2 the command "
        "was refused, or some could not be looked at or deleted."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Adds --older-than, --yes and --json."""
        parser.add_argument(
            "--older-than",
            type=int,
            default=OLDER_THAN_DAYS,
            metavar="DAYS",
            help="days since the run ended (default: %(default)d)",
        )
        parser.add_argument("--yes", action="store_true", help="delete, do not plan")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        """Judges or prunes each run and prints it at once."""
        days, act = options["older_than"], options["yes"]
        if days < 1:
            raise CommandError(f"--older-than {days}: use 1 or more", returncode=2)
        count, told = runs_older(days=days).count(), []
        counts: Counter[str] = Counter()
        size_bytes = 0
        for number, pruning in enumerate(runs_prune(days=days, act=act), 1):
            counts[pruning.word] += 1
            size_bytes += pruning.size_bytes
            if options["json"]:
                told.append(_told(pruning))
            else:
                self.stdout.write(f"{number}/{count} {_line(pruning)}")
        if options["json"]:
            whole = {"acted": act, "older_than_days": days, "size_bytes": size_bytes}
            self.stdout.write(json.dumps(whole | {"counts": counts, "runs": told}))
        else:
            self.stdout.write(_summary(counts, size_bytes, days))
            if not act:
                self.stdout.write("A plan: nothing was deleted. Add --yes to delete.")
        if counts[FAILED] or counts[REFUSED]:
            raise SystemExit(2 if counts[FAILED] else 1)


def _told(pruning: Pruning) -> dict[str, Any]:
    run = pruning.run
    told = {"run": run.pk, "place": run.gcs_artifacts_path, "word": pruning.word}
    told |= {"why": pruning.why, "size_bytes": pruning.size_bytes}
    return told | {"receipt": pruning.receipt and receipt_told(pruning.receipt)}


def _line(pruning: Pruning) -> str:
    run = pruning.run
    if pruning.receipt:
        return receipt_line(pruning.receipt)
    if pruning.why:
        return f"{pruning.word}: {pruning.why}"
    if not pruning.size_bytes:
        return f"{pruning.word}: run {run.pk}, no document in {run.gcs_artifacts_path}"
    sampling = run.training_history_json.get("sampling") or {"kept": 0, "of": 0}
    return (
        f"{pruning.word}: run {run.pk}, {pruning.size_bytes} bytes in "
        f"{run.gcs_artifacts_path}; {sampling['kept']} of {sampling['of']} epochs "
        "stay cached"
    )


def _summary(counts: Counter[str], size_bytes: int, days: int) -> str:
    words = ", ".join(f"{count} {word}" for word, count in sorted(counts.items()))
    return f"{words or 'no run'}, {size_bytes} bytes, older than {days} days"
