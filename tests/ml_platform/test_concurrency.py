"""Many at once: notifications through a real gunicorn, reconcilers as processes.

Nothing is lost, and each document is cached by one of them.
"""

import json
import os
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.ml_platform.postgres import needs_postgres, postgres
from tests.ml_platform.samples import sample_document, write_document
from training_metrics.notification import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign

REPOSITORY = Path(__file__).parents[2]
SECRET = "the-secret-of-the-concurrency-test-is-long"
# The large number is TRACKLESS_TEST_NOTIFICATIONS=1000; the small one is for every day.
RUNS, CLIENTS = 20, 16
TIMES = int(os.environ.get("TRACKLESS_TEST_NOTIFICATIONS", "200")) // RUNS


@contextmanager
def served(home: Path, **environment: str) -> Iterator[dict[str, Any]]:
    """Serves from `home` until the block ends."""
    ready = home / "ready.json"
    process = subprocess.Popen(
        [
            sys.executable,
            "manage.py",
            "serve_local",
            "--port",
            "0",
            "--ready-file",
            str(ready),
        ],
        cwd=REPOSITORY,
        env=os.environ
        | {"TRACKLESS_HOME": str(home), "TRACKLESS_NOTIFY_SECRET": SECRET}
        | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 30
        while not ready.exists():
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        yield json.loads(ready.read_text())
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=20)
    assert "Traceback" not in errors, errors[-3000:]


def post(url: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    data, now = json.dumps(body).encode(), int(time.time())
    headers = {
        "Content-Type": "application/json",
        TIMESTAMP_HEADER: str(now),
        SIGNATURE_HEADER: sign(SECRET, now, data),
    }
    request = urllib.request.Request(url, data, headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def announce_all(api: str) -> tuple[Counter[int], dict[int, str]]:
    """Creates runs, and announces each of them many times from many clients."""
    calls, digests = [], {}
    for number in range(RUNS):
        _, answer = post(f"{api}/", {"name": f"run {number}"})
        run = answer["quick_test"]
        document = sample_document(5, seed=number)
        digest = write_document(Path(run["artifacts_uri"]), document)
        digests[run["id"]] = digest
        body = {
            "quick_test_id": run["id"],
            "artifacts_uri": run["artifacts_uri"],
            "sha256": digest,
            "status": "completed",
        }
        calls.append((f"{api}/{run['id']}/training-metrics/", body))
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(lambda call: post(*call), calls * TIMES))
    assert all(a["sha256"] == digests[a["quick_test_id"]] for _, a in answers)
    return Counter(code for code, _ in answers), digests


@pytest.mark.slow
def test_many_notifications_at_once_on_sqlite(tmp_path: Path) -> None:
    with served(tmp_path) as told:
        codes, digests = announce_all(f"{told['url']}api/quick-tests")
    assert codes == {200: RUNS * TIMES}
    with sqlite3.connect(tmp_path / "trackless.sqlite3") as database:
        rows = database.execute(
            "SELECT id, cached_sha256, epoch_count FROM experiments_quicktest"
        ).fetchall()
    assert {pk: digest for pk, digest, _ in rows} == digests
    assert {epochs for _, _, epochs in rows} == {5}


@pytest.mark.slow
@pytest.mark.postgres
@needs_postgres
def test_many_notifications_at_once_on_postgresql(tmp_path: Path) -> None:
    with postgres() as url, served(tmp_path, DATABASE_URL=url) as told:
        codes, _ = announce_all(f"{told['url']}api/quick-tests")
    assert codes == {200: RUNS * TIMES}


LOSE_RUNS = """
from pathlib import Path
from ml_platform.experiments.services.quick_tests import quick_test_create
from tests.ml_platform.samples import sample_document, write_document
document = sample_document(30)
for _ in range(100):
    run = quick_test_create(name="lost", params={})
    write_document(Path(run.gcs_artifacts_path), document)
"""


def reconcile_together(environment: dict[str, str], count: int) -> list[dict[str, int]]:
    """Loses a hundred announcements and starts several reconcilers at once."""

    def start(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=REPOSITORY,
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            text=True,
        )

    for command in (["migrate", "-v0"], ["shell", "-v0", "-c", LOSE_RUNS]):
        assert start(*command).wait() == 0
    started = [start("reconcile_training_cache", "--json") for _ in range(count)]
    outputs = [process.communicate(timeout=60)[0] for process in started]
    assert [process.returncode for process in started] == [0] * count
    return [json.loads(output) for output in outputs]


def assert_shared(told: list[dict[str, int]]) -> None:
    assert sum(one["cached"] for one in told) == 100
    assert sum(one["looked_at"] for one in told) == 100


@pytest.mark.slow
def test_reconcilers_at_once_on_sqlite(tmp_path: Path) -> None:
    assert_shared(reconcile_together({"TRACKLESS_HOME": str(tmp_path)}, 3))


@pytest.mark.slow
@pytest.mark.postgres
@needs_postgres
def test_reconcilers_at_once_on_postgresql(tmp_path: Path) -> None:
    with postgres() as url:
        environment = {"TRACKLESS_HOME": str(tmp_path), "DATABASE_URL": url}
        assert_shared(reconcile_together(environment, 3))
