"""Claims: caching is quick, with 10,000 cached runs every call is, no worker grows.

A real gunicorn with the image's own command serves the project on loopback, on SQLite
and on a PostgreSQL of the benchmark's own, to one client and to sixteen. Every run
holds the history of 140 series x 50 epochs. Clients ask for gzip, as browsers do, and
read whole answers without parsing them.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from itertools import repeat
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parents[1]
# This file's own folder would hide Django behind the file itself.
sys.path[:1] = [str(ROOT)]

from benchmarks.collection import mlflow_server  # noqa: E402
from benchmarks.django_runs import CACHED_REPEATS, MANY_RUNS  # noqa: E402
from benchmarks.measuring import Measure, report  # noqa: E402
from benchmarks.serving import (  # noqa: E402
    Call,
    Client,
    output_of,
    prepared,
    served,
    workers_bytes,
)
from tests.ml_platform.postgres import needs_postgres, postgres  # noqa: E402

RUNS, REQUESTS = 10_000, 10_000
ONE_CLIENT_REQUESTS, CLIENTS, EACH_CLIENT_REQUESTS = 200, 16, 25
API = "/experiments/api"


def main() -> None:
    """Runs all measures and prints them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--runs", type=int, default=RUNS, help="cached runs")
    parser.add_argument("--requests", type=int, default=REQUESTS, help="for memory")
    parser.add_argument(
        "--mlflow-python",
        type=Path,
        default=ROOT / ".tools/mlflow3/bin/python",
        help="interpreter of an environment with MLflow 3, see collection.py",
    )
    parser.add_argument(
        "--many", type=int, default=0, help="also lists of so many runs, 1000000"
    )
    options = parser.parse_args()
    measures = against_mlflow(options.mlflow_python)
    measures += on("SQLite", nullcontext(""), options)
    if needs_postgres.args[0]:
        print("no PostgreSQL here, left out", file=sys.stderr)
    else:
        measures += on("PostgreSQL", postgres(), options)
        if options.many:
            measures += many(options.many)
    report(measures, ["django", "django-ninja", "gunicorn", "psycopg"], options.json)


def against_mlflow(python: Path) -> list[Measure]:
    """Caching a run of 140 x 50, against reading it back from a tracking server."""
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"TRACKLESS_HOME": home, "DATABASE_URL": ""}
        environment["TRACKLESS_ARTIFACT_ROOT"] = home
        own = float(output_of(environment, "-m", "benchmarks.django_runs", "cache"))
    measures = [Measure("cache 140 x 50", own * 1e3, "ms", None, CACHED_REPEATS)]
    if not python.exists():
        print(f"{python}: no MLflow here, comparison left out", file=sys.stderr)
        return measures
    here = Path(__file__).parent
    with tempfile.TemporaryDirectory() as folder, mlflow_server(python, folder) as uri:

        def run(script: str, *arguments: str) -> str:
            command = [str(python), str(here / script), uri, *arguments]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            return done.stdout.splitlines()[-1]

        run("mlflow_client.py", "140", "50", "1")
        theirs = json.loads(run("mlflow_reader.py", "3"))
    assert theirs["points"] == 7000, theirs
    name = f"MLflow {theirs['version']}, 140 history calls"
    return [
        *measures,
        Measure(name, theirs["seconds"], "s", None, 3),
        Measure("caching faster than these", theirs["seconds"] / own, "x", ">= 50", 1),
    ]


def on(name: str, database: Any, options: argparse.Namespace) -> list[Measure]:
    """Fills a database, serves it and measures every call."""
    with tempfile.TemporaryDirectory() as home, database as url:
        environment = os.environ | {"TRACKLESS_HOME": home, "DATABASE_URL": url}
        environment["TRACKLESS_ARTIFACT_ROOT"] = home
        token = prepared(environment, options.runs)
        with served(environment) as (port, master):
            client = Client(port, token)
            calls = every_call(options.runs)
            for call in calls:
                client.seconds(call, 20)
            measures = [m for call in calls for m in measured(name, call, client)]
            return [*measures, grown(name, calls, client, master, options.requests)]


def every_call(runs: int) -> list[Call]:
    """The calls that are measured; each draws its own run, page or value."""

    def listed(query: str) -> Callable[[random.Random], tuple[str, bytes]]:
        return lambda draw: (
            f"{API}/quick-tests/?{query.format(page=draw.randint(1, 20))}",
            b"",
        )

    def history(draw: random.Random) -> tuple[str, bytes]:
        run = draw.randint(1, runs)
        return f"{API}/quick-tests/{run}/training-history/", b""

    def compared(draw: random.Random) -> tuple[str, bytes]:
        ids = draw.sample(range(1, runs + 1), 10)
        return f"{API}/experiments/compare/", json.dumps({"ids": ids}).encode()

    sort = "ordering=-test_recall_at_10&page={page}"
    return [
        Call("list", "GET", listed("page={page}")),
        Call("list sorted by a metric", "GET", listed(sort)),
        Call("list by status, sorted", "GET", listed(f"status=completed&{sort}")),
        Call("list searched", "GET", listed("search=wide+lr:1e-3&page={page}")),
        Call("training-history", "GET", history),
        Call("compare of 10", "POST", compared),
    ]


def many(runs: int) -> list[Measure]:
    """The list's calls with very many runs, which have finals but no history."""
    with tempfile.TemporaryDirectory() as home, postgres() as url:
        environment = os.environ | {"TRACKLESS_HOME": home, "DATABASE_URL": url}
        environment["TRACKLESS_ARTIFACT_ROOT"] = home
        token = prepared(environment, 1)
        with psycopg.connect(url, autocommit=True) as database:
            database.execute(MANY_RUNS, [runs])
            database.execute("VACUUM ANALYZE")
        with served(environment) as (port, _):
            client, found = Client(port, token), []
            for call in every_call(runs)[:4]:
                client.seconds(call, 20)
                times = client.seconds(call, ONE_CLIENT_REQUESTS)
                cuts = statistics.quantiles(times, n=100)
                head = f"{runs} runs, {call.name}, 1 client"
                for text, value, bar in (
                    ("p50", cuts[49], None),
                    ("p99", cuts[98], "<= 100"),
                ):
                    ms = value * 1e3
                    found.append(Measure(f"{head}, {text}", ms, "ms", bar, len(times)))
            return found


def measured(name: str, call: Call, client: Client) -> Iterator[Measure]:
    """A call's p50 and p99, for one client and for sixteen at once."""
    alone = client.seconds(call, ONE_CLIENT_REQUESTS)
    with ThreadPoolExecutor(CLIENTS) as pool:
        every = pool.map(
            lambda seed: client.seconds(call, EACH_CLIENT_REQUESTS, seed),
            range(CLIENTS),
        )
        together = [seconds for each in every for seconds in each]
    for who, times, bar in (
        ("1 client", alone, "<= 50"),
        (f"{CLIENTS} clients", together, "<= 300"),
    ):
        head, count = f"{name}, {call.name}, {who}", len(times)
        cuts = statistics.quantiles(times, n=100)
        yield Measure(f"{head}, p50", cuts[49] * 1e3, "ms", None, count)
        yield Measure(f"{head}, p99", cuts[98] * 1e3, "ms", bar, count)


def grown(
    name: str, calls: list[Call], client: Client, master: int, requests: int
) -> Measure:
    """How much the workers' memory grew, after a tenth of the requests for warmth."""

    def ask(count: int) -> None:
        each = max(1, count // (CLIENTS * len(calls)))
        with ThreadPoolExecutor(CLIENTS) as pool:
            asked = calls * CLIENTS
            list(pool.map(client.seconds, asked, repeat(each), range(len(asked))))

    ask(requests // 10)
    before = workers_bytes(master)
    ask(requests)
    ratio = workers_bytes(master) / before
    text = f"{name}, workers' memory after / before {requests} requests"
    return Measure(text, ratio, "x", "<= 1.05", 1)


if __name__ == "__main__":
    main()
