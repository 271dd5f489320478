"""What `benchmarks/mlflow_out.py` measures, in a process of Django's own.

python -m benchmarks.mlflow_out_steps one SOURCE REPEATS    # a run out, step by step
python -m benchmarks.mlflow_out_steps many SOURCE           # all of a source's runs

Prints one JSON object. Seconds are of the process's own work (CPU), since a database on
the same disk is the same for all that are compared; `wall` is what passed.
"""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import sys
import time
from collections.abc import Callable
from typing import Any

QUERY = "SELECT key, step, value, timestamp, is_nan FROM metrics"


def main(arguments: list[str]) -> None:
    """Does what the module's docstring shows."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ml_platform.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    what, source = arguments[:2]
    told = one(source, int(arguments[2])) if what == "one" else many(source)
    print(json.dumps(told))


def one(url: str, repeats: int) -> dict[str, float]:
    """The shortest seconds of the bare query, the import and the verification."""
    import_all(url)  # What is loaded once is no part of a run.
    found: dict[str, float] = {}
    for _ in range(repeats):
        forget()
        for name, step in (
            ("query", bare_query),
            ("import", import_all),
            ("verify", verify),
        ):
            cpu, wall = seconds(lambda step=step: step(url))
            found[name] = min(cpu, found.get(name, cpu))
            found[f"{name} wall"] = min(wall, found.get(f"{name} wall", wall))
    return found


def many(url: str) -> dict[str, float]:
    """Seconds of importing and verifying everything, and the peak of memory."""
    imported, wall = seconds(lambda: import_all(url))
    verified, _ = seconds(lambda: verify(url))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    return {"import": imported, "wall": wall, "verify": verified, "peak_mb": peak}


def bare_query(url: str) -> None:
    """Every point of the database as Python objects, and nothing done with them."""
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        assert connection.execute(QUERY).fetchall()


def import_all(url: str) -> None:
    """Archive, document and cache of every run."""
    from ml_platform.mlflow_exit.services.importing import runs_import
    from ml_platform.mlflow_exit.sources import source_open

    with source_open(url) as source:
        done = runs_import(source=source)
    assert not done.problems, done.problems


def verify(url: str) -> None:
    """Source, archive, documents and caches."""
    from ml_platform.mlflow_exit.services.verification import archive_verify
    from ml_platform.mlflow_exit.sources import source_open

    with source_open(url) as source:
        verdict, _ = archive_verify(source=source)
    assert verdict.holds, verdict


def forget() -> None:
    """Empties the archive; a document that is found in its place is written again."""
    import shutil
    from pathlib import Path

    from ml_platform.experiments.models import QuickTest
    from ml_platform.mlflow_exit.models import ArchivedRun

    for run in QuickTest.objects.all():
        shutil.rmtree(Path(run.gcs_artifacts_path), ignore_errors=True)
    ArchivedRun.objects.all().delete()
    QuickTest.objects.all().delete()


def seconds(call: Callable[[], Any]) -> tuple[float, float]:
    """CPU seconds and wall seconds of one call."""
    cpu, wall = time.process_time(), time.perf_counter()
    call()
    return time.process_time() - cpu, time.perf_counter() - wall


if __name__ == "__main__":
    main(sys.argv[1:])
