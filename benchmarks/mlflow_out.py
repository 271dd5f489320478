"""Claims: a run leaves MLflow in little more than it takes to read it, nothing is lost.

A run of 140 series x 50 epochs that MLflow's own client logged to its own server is
taken out of its SQL database: archive, document, cache; against the bare query of its
points, and against MLflow's history calls. Many runs show that memory stays flat and
time linear in points. A generated nasty history goes out and into a new MLflow, by
`backup` and `rollback` and by mlflow-export-import, on the same server.

    python benchmarks/mlflow_out.py [--runs 1000] [--mlflow-python …] [--json]

MLflow and mlflow-export-import need environments of their own; what needs one that is
not there is left out:

    python requirements/install.py mlflow3
    uv venv .trackless/bench-export
    uv pip install --python .trackless/bench-export/bin/python \\
        mlflow==3.17.2 mlflow-export-import==1.2.0 tabulate
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
# This file's own folder would hide Django behind `django.py`.
sys.path[:1] = [str(ROOT)]

from benchmarks.collection import mlflow_server  # noqa: E402
from benchmarks.measuring import Measure, report  # noqa: E402
from benchmarks.mlflow_back import both_ways, output  # noqa: E402
from benchmarks.serving import output_of  # noqa: E402

HERE = ROOT / "benchmarks"
REPEATS = 10
POINTS = 7000
_TABLES = ("metrics", "latest_metrics", "params", "tags", "runs")
# Of all bits, as the client logged one value only: nothing gains by its repetition.
_ANY_VALUE = "random() / 9223372036854775808.0"


def main() -> None:
    """Runs all measures and prints them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--runs", type=int, default=1000, help="of 7,000 points each")
    for name, folder in (
        ("mlflow", ".tools/mlflow3"),
        ("export", ".trackless/bench-export"),
    ):
        parser.add_argument(
            f"--{name}-python",
            type=Path,
            default=ROOT / folder / "bin/python",
            help="interpreter of an environment, see above",
        )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder, "mlflow.db")
        history = logged(options.mlflow_python, folder)
        measures = one_run(database, history)
        measures += many_runs(database, options.runs)
    if options.export_python.exists():
        measures += both_ways(options.mlflow_python, options.export_python)
    else:
        print(f"{options.export_python}: not here, left out", file=sys.stderr)
    report(measures, ["django", "pydantic"], options.json)


def logged(python: Path, folder: str) -> dict[str, Any]:
    """Logs the run to a server and reads it back by history calls; leaves that run."""
    with mlflow_server(python, folder) as uri:
        asked = ("140", "50", "1")
        output(python, HERE / "mlflow_client.py", uri, *asked)
        told = json.loads(output(python, HERE / "mlflow_reader.py", uri, "3"))
    assert told["points"] == POINTS, told
    with closing(sqlite3.connect(Path(folder, "mlflow.db"))) as connection:
        few = "SELECT run_uuid FROM metrics GROUP BY 1 HAVING COUNT(*) < 10"
        ((other,),) = connection.execute(few).fetchall()
        for table in _TABLES:
            connection.execute(f"DELETE FROM {table} WHERE run_uuid = ?", (other,))
        connection.execute(f"UPDATE metrics SET value = {_ANY_VALUE}")
        connection.commit()
    return dict(told)


def one_run(database: Path, history: dict[str, Any]) -> list[Measure]:
    """The steps for one run, and their ratios."""
    took = steps("one", database, str(REPEATS))
    name = f"MLflow {history['version']}, 140 history calls"
    ratios = (
        ("import / bare SQL query", took["import"] / took["query"], "<= 5"),
        ("history calls / import", history["seconds"] / took["import wall"], ">= 20"),
        ("verify / import", took["verify"] / took["import"], "<= 2"),
    )
    return [
        *(
            Measure(
                f"{step} of 7,000 points, CPU", took[step] * 1e3, "ms", None, REPEATS
            )
            for step in ("query", "import", "verify")
        ),
        Measure(name, history["seconds"] * 1e3, "ms", None, 3),
        *(Measure(name, value, "x", bar, REPEATS) for name, value, bar in ratios),
    ]


def many_runs(database: Path, runs: int) -> list[Measure]:
    """All of so many runs, and of a quarter of them."""
    found = {}
    for count in (max(1, runs // 4), runs):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "mlflow.db")
            multiply(database, path, count)
            found[count] = steps("many", path)
    (few, less), (many, more) = sorted(found.items())
    growth = (more["import"] / many) / (less["import"] / few)
    memory = more["peak_mb"] / less["peak_mb"]
    head = f"{many} runs of 7,000 points"
    return [
        Measure(f"{head}, import, CPU", more["import"], "s", None, 1),
        Measure(
            f"{head}, verify / import", more["verify"] / more["import"], "x", "<= 2", 1
        ),
        Measure(f"{head}, peak memory", more["peak_mb"], "MB", None, 1),
        Measure(f"time a point, {many} / {few} runs", growth, "x", "<= 1.2", 1),
        Measure(f"peak memory, {many} / {few} runs", memory, "x", "<= 1.1", 1),
    ]


def multiply(database: Path, path: Path, runs: int) -> None:
    """Copies the database's one run so often, by SQL, with values of its own each.

    MLflow's primary key of `metrics`, which nothing here reads by, would take most of
    the time; the index that runs are read by is there.
    """
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("VACUUM INTO ?", (str(path),))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        for table in ("runs", "params", "tags", "metrics"):
            connection.execute(f"CREATE TEMP TABLE one AS SELECT * FROM {table}")
            taken = {"run_uuid": "?"}
            if table == "metrics":
                taken["value"] = _ANY_VALUE
                connection.execute("DROP TABLE metrics")
                connection.execute("CREATE TABLE metrics AS SELECT * FROM one")
            names = [row[1] for row in connection.execute("PRAGMA table_info(one)")]
            listed = ", ".join(taken.get(name, f'"{name}"') for name in names)
            connection.executemany(
                f"INSERT INTO {table} SELECT {listed} FROM one",
                ((f"{number:032x}",) for number in range(1, runs)),
            )
            connection.execute("DROP TABLE one")
        connection.execute("CREATE INDEX metrics_by_run ON metrics (run_uuid)")
        connection.commit()


def steps(what: str, database: Path, *asked: str) -> dict[str, float]:
    """Runs `mlflow_out_steps.py` in a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"TRACKLESS_HOME": home, "DATABASE_URL": ""}
        environment["TRACKLESS_ARTIFACT_ROOT"] = home
        program = ("-m", "benchmarks.mlflow_out_steps", what, f"sqlite:///{database}")
        return dict(
            json.loads(output_of(environment, *program, *asked).splitlines()[-1])
        )


if __name__ == "__main__":
    main()
