"""Claims: caching is quick, with 10,000 cached runs every call is, no worker grows.

A real gunicorn with the image's own command serves the project on loopback, on SQLite
and on a PostgreSQL of the benchmark's own, to one client and to sixteen. Every run
holds the history of 140 series x 50 epochs. Clients ask for gzip, as browsers do, and
read whole answers without parsing them.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from itertools import repeat
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

ROOT = Path(__file__).resolve().parents[1]
# This file's own folder would hide Django behind the file itself.
sys.path[:1] = [str(ROOT)]

from benchmarks.collection import mlflow_server, raw_document  # noqa: E402
from benchmarks.measuring import Measure, report  # noqa: E402
from tests.ml_platform.postgres import needs_postgres, postgres  # noqa: E402
from training_metrics import TrainingMetrics  # noqa: E402
from training_metrics.writing import to_bytes  # noqa: E402

RUNS, REQUESTS = 10_000, 10_000
ONE_CLIENT_REQUESTS, CLIENTS, EACH_CLIENT_REQUESTS = 200, 16, 25
BATCH = 500
CACHED_REPEATS = 20
API = "/experiments/api"
MANY_RUNS = """
INSERT INTO experiments_quicktest (
  number, name, status, params, gcs_artifacts_path, pipeline_job_name, started_at,
  mlflow_run_id, mlflow_experiment_name, cached_sha256, reason_code, final_metrics,
  sparkline, model_type, split, epoch_count, test_loss, test_recall_at_5,
  test_recall_at_10, test_recall_at_50, test_recall_at_100)
SELECT n, 'run ' || n || ' ' || (ARRAY['wide', 'deep', 'flat'])[1 + n %% 3],
  CASE WHEN n %% 10 = 0 THEN 'failed' ELSE 'completed' END,
  jsonb_build_object(
    'learning_rate', (ARRAY[0.01, 0.001, 0.0001])[1 + (n / 7) %% 3],
    'batch_size', (ARRAY[1024, 2048, 4096])[1 + n %% 3],
    'embedding_dim', (ARRAY[32, 64, 128])[1 + (n / 3) %% 3],
    'optimizer', (ARRAY['adagrad', 'adam'])[1 + n %% 2],
    'l2', random()),
  'gs://bucket/quick_tests/' || n, '', now() - n * interval '1 minute', '', '',
  md5(n::text) || md5((n + 1)::text), '',
  jsonb_build_object('test_loss', r, 'test_recall_at_10', r), '{}'::jsonb,
  'Retrieval', 'time', 50, r, r, r, r, r
FROM (SELECT n, random() AS r FROM generate_series(2, %s) AS n) AS made
"""


class Call(NamedTuple):
    """One request: how it is named in the table, and what is sent."""

    name: str
    method: str
    make: Callable[[random.Random], tuple[str, bytes]]


def main() -> None:
    """Runs all measures and prints them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--runs", type=int, default=RUNS, help="cached runs")
    parser.add_argument("--requests", type=int, default=REQUESTS, help="for memory")
    parser.add_argument("--fill", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--cache", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument(
        "--mlflow-python",
        type=Path,
        default=ROOT / ".trackless/bench-mlflow/bin/python",
        help="interpreter of an environment with MLflow 3, see collection.py",
    )
    parser.add_argument(
        "--many", type=int, default=0, help="also lists of so many runs, 1000000"
    )
    options = parser.parse_args()
    if options.fill:
        fill(options.runs)
        return
    if options.cache:
        print(caching_seconds())
        return
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
        own = float(_output(environment, "-m", "benchmarks.django", "--cache"))
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


def caching_seconds() -> float:
    """The shortest time of caching one run's document.

    Runs in a process of its own, which is Django's.
    """
    _set_up()
    from django.core.management import call_command

    from ml_platform.experiments.services.training_cache import TrainingCacheService

    call_command("migrate", verbosity=0)
    run = _cached_run()
    times = []
    for _ in range(CACHED_REPEATS):
        type(run).objects.update(cached_sha256="", training_history_json=None)
        run.refresh_from_db()
        start = time.perf_counter()
        assert TrainingCacheService().cache_training_history(run)
        times.append(time.perf_counter() - start)
    return min(times)


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


def workers_bytes(master: int) -> int:
    """Resident memory of the workers that a gunicorn started."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    pages = [int(Path(f"/proc/{p}/statm").read_text().split()[1]) for p in children]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE")


class Client:
    """Asks over connections that it keeps, and fails on any answer but 200."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Accept-Encoding": "gzip",
            "Content-Type": "application/json",
        }

    def seconds(self, call: Call, count: int, seed: int = 0) -> list[float]:
        """The time of each of `count` calls in a row."""
        draw = random.Random(seed)
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            return [self._once(connection, call, draw) for _ in range(count)]
        finally:
            connection.close()

    def _once(
        self, connection: http.client.HTTPConnection, call: Call, draw: random.Random
    ) -> float:
        path, body = call.make(draw)
        start = time.perf_counter()
        connection.request(call.method, path, body, self._headers)
        answer = connection.getresponse()
        text = answer.read()
        taken = time.perf_counter() - start
        assert answer.status == 200, (path, answer.status, text[:300])
        return taken


def prepared(environment: dict[str, str], runs: int) -> str:
    """Fills the database and returns an API token."""

    _output(environment, "manage.py", "migrate", "-v0")
    _output(environment, "-m", "benchmarks.django", "--fill", "--runs", str(runs))
    return _output(environment, "manage.py", "api_token", "create", "benchmark")


def _output(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.strip()


@contextmanager
def served(environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Serves as the image does until the block ends; yields port and process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "ml_platform.wsgi"]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "8"]
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            _wait_for(port)
            yield port, server.pid
        finally:
            server.terminate()
            server.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        finally:
            connection.close()


def fill(runs: int) -> None:
    """Caches one real document, then makes runs like it with other finals and params.

    Runs in a process of its own, which is Django's.
    """
    _set_up()
    from django.contrib.auth import get_user_model
    from django.db import connection

    from ml_platform.experiments.models import QuickTest

    get_user_model().objects.create(username="benchmark")
    pattern = _cached_run()
    for start in range(2, runs + 1, BATCH):
        numbers = range(start, min(start + BATCH, runs + 1))
        QuickTest.objects.bulk_create(_like(pattern, number) for number in numbers)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ml_platform.settings")
    import django

    django.setup()


def _cached_run() -> Any:
    from ml_platform.experiments.services.quick_tests import quick_test_create
    from ml_platform.experiments.services.training_cache import TrainingCacheService

    document = raw_document(50) | {"status": "completed"}
    document["loss"] = {"val_loss": document["metrics"].pop("val_metric_0")}
    run = quick_test_create(name="run 1 wide", params={})
    folder = Path(run.gcs_artifacts_path)
    folder.mkdir(parents=True)
    data = to_bytes(TrainingMetrics.model_validate(document))
    (folder / "training_metrics.json").write_bytes(data)
    assert TrainingCacheService().cache_training_history(run)
    return run


def _like(pattern: Any, number: int) -> Any:
    """A copy of the run that differs in everything that lists sort and search by."""
    from copy import copy

    draw = random.Random(number)
    run = copy(pattern)
    run.pk, run.number = None, number
    run.name = f"run {number} {draw.choice(('wide', 'deep', 'flat'))}"
    run.gcs_artifacts_path = f"{pattern.gcs_artifacts_path[:-1]}{number}"
    run.status = draw.choices(("completed", "failed"), (9, 1))[0]
    run.params = {
        "learning_rate": draw.choice((1e-2, 1e-3, 1e-4)),
        "batch_size": draw.choice((1024, 2048, 4096)),
        "embedding_dim": draw.choice((32, 64, 128)),
        "optimizer": draw.choice(("adagrad", "adam")),
        "l2": draw.random(),
    }
    finals = {f"test_recall_at_{k}": draw.random() for k in (5, 10, 50, 100)}
    run.final_metrics = finals | {"test_loss": draw.random()}
    for name, value in run.final_metrics.items():
        setattr(run, name, value)
    return run


if __name__ == "__main__":
    main()
