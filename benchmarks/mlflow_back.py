"""A nasty history into a new MLflow: by `backup` and `rollback`, and by others.

The part of `mlflow_out.py` that needs mlflow-export-import. A thing is lost where the
new database has fewer of it than the old one, by the run's name; a lost run's are.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.collection import mlflow_server
from benchmarks.measuring import Measure
from benchmarks.serving import output_of
from ml_platform.mlflow_exit.runs import HeldRun
from ml_platform.mlflow_exit.sources import source_open

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = ROOT / "tests/ml_platform/mlflow_exit/mlflow_programs.py"
NASTY = ("50", "30000", "11000")
"""Runs, points of one key, steps of three keys."""


def both_ways(python: Path, exporter: Path) -> list[Measure]:
    """A nasty history into a new MLflow: what each way took, and what it lost."""
    measures = []
    with tempfile.TemporaryDirectory() as folder:
        old = Path(folder, "old")
        old.mkdir()
        with mlflow_server(python, str(old)) as uri:
            output(python, PROGRAMS, "generate", uri, *NASTY)
            theirs, their_seconds = exported(exporter, python, uri, Path(folder))
        new = Path(folder, "new.db")
        output(python, PROGRAMS, "new", f"sqlite:///{new}")
        began = time.perf_counter()
        ours_by(old / "mlflow.db", new, Path(folder, "backup"))
        our_seconds = time.perf_counter() - began
        for name, taken, place in (
            ("backup and rollback", our_seconds, new),
            ("mlflow-export-import", their_seconds, theirs),
        ):
            measures.append(Measure(f"{name}, there and back", taken, "s", None, 1))
            lost = losses(old / "mlflow.db", place)
            for what in ("runs there were", "points there were"):
                measures.append(Measure(f"{name}, {what}", lost.pop(what), "", None, 1))
            measures += [
                Measure(
                    f"{name}, {what}", value, "", "<= 0" if place == new else None, 1
                )
                for what, value in lost.items()
            ]
    return measures


def exported(
    exporter: Path, python: Path, uri: str, folder: Path
) -> tuple[Path, float]:
    """All experiments out and into a new server; its database, and the seconds."""
    into = folder / "theirs"
    into.mkdir()
    files = ["--output-dir", str(folder / "export")]
    with mlflow_server(python, str(into)) as other:
        began = time.perf_counter()
        for program, address, told in (
            ("export-experiments", uri, ["--experiments", "all", *files]),
            ("import-experiments", other, ["--input-dir", files[1]]),
        ):
            done = subprocess.run(
                [exporter.with_name(program), *told],
                env=os.environ | {"MLFLOW_TRACKING_URI": address},
                cwd=folder,
                capture_output=True,
                text=True,
            )
            if done.returncode:
                print(f"{program}: {done.stderr[-500:]}", file=sys.stderr)
        taken = time.perf_counter() - began
    return into / "mlflow.db", taken


def ours_by(old: Path, new: Path, backup: Path) -> None:
    """The two steps, as they are called."""
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"TRACKLESS_HOME": home, "DATABASE_URL": ""}
        for step in (
            ["backup", "--source", f"sqlite:///{old}", "--to", str(backup)],
            ["rollback", "--from", str(backup), "--into", f"sqlite:///{new}"],
        ):
            output_of(environment, "manage.py", "mlflow_exit", *step)


def losses(old: Path, new: Path) -> dict[str, int]:
    """What the new database has not as the old one had it, counted."""
    with source_open(f"sqlite:///{old}") as source:
        before = [source.run(run_id) for run_id in source.run_ids()]
    with source_open(f"sqlite:///{new}") as source:
        after = [source.run(run_id) for run_id in source.run_ids()]

    def lost(told: Any) -> int:
        there, here = Counter(), Counter()
        for runs, counter in ((before, there), (after, here)):
            for run in runs:
                counter.update(told(run))
        return sum((there - here).values())

    def column(name: str) -> Any:
        return lambda run: [(run.columns.get("name"), run.columns.get(name))]

    def points(run: HeldRun) -> list[Any]:
        return [(run.columns.get("name"), *point) for point in run.points]

    return {
        "points there were": sum(len(run.points) for run in before),
        "runs there were": len(before),
        "runs lost": len(before) - len(after),
        "run ids lost": lost(lambda run: [run.run_id]),
        "points lost or changed": lost(points),
        "params lost or changed": lost(lambda run: run.params),
        "statuses changed": lost(column("status")),
        "start times changed": lost(column("start_time")),
        "end times changed": lost(column("end_time")),
        "deleted states changed": lost(column("lifecycle_stage")),
    }


def output(python: Path, *command: object) -> str:
    """What a program prints last; it has to succeed.

    MLflow makes a folder for artifacts where it is started, so that is none of ours.
    """
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [python.absolute(), *command],
            check=True,
            cwd=folder,
            capture_output=True,
            text=True,
        )
    return (done.stdout.splitlines() or [""])[-1]
