"""A history written by MLflow itself, out of it, and equal to what its client reads.

Needs an interpreter that has `mlflow` (or `mlflow-skinny`, sqlalchemy and alembic) in
`TRACKLESS_TEST_MLFLOW_PYTHON`; MLflow is no requirement of this project.
"""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ml_platform.mlflow_exit.sources import rest, source_open
from tests.ml_platform.mlflow_exit.conftest import Exit, told
from tests.ml_platform.mlflow_exit.test_rest import as_rest_shows

HERE = Path(__file__).parent
PYTHON = os.environ.get("TRACKLESS_TEST_MLFLOW_PYTHON", "")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not PYTHON,
        reason="TRACKLESS_TEST_MLFLOW_PYTHON names no interpreter that has MLflow",
    ),
]


@pytest.fixture
def tracking(tmp_path: Path) -> Path:
    """The database that this MLflow makes of the history."""
    path = tmp_path / "mlflow.db"
    _mlflow("write_history.py", f"sqlite:///{path}")
    return path


def test_every_point_that_the_client_reads_is_archived(
    mlflow_exit: Exit, tracking: Path
) -> None:
    found = told(mlflow_exit("inventory", "--json"))
    assert found["totals"]["points"] == 220
    assert mlflow_exit("import")[0] == 0
    assert mlflow_exit("verify")[0] == 0
    run_ids = [run["run_id"] for run in found["runs"]]
    printed = _mlflow("read_history.py", f"sqlite:///{tracking}", *run_ids)
    theirs = sorted(json.loads(line) for line in printed.splitlines())
    ours = []
    for run_id in run_ids:
        for line in mlflow_exit("points", run_id, "--json")[1].splitlines():
            ours.append([run_id, *json.loads(line)[:4]])
    assert len(theirs) == 220
    assert sorted(ours) == theirs


def _mlflow(program: str, *arguments: str) -> str:
    done = subprocess.run(
        [PYTHON, str(HERE / program), *arguments], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture
def server(tracking: Path) -> Iterator[str]:
    """MLflow's own server on that database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    backend = ["--backend-store-uri", f"sqlite:///{tracking}", "--port", str(port)]
    command = [PYTHON, "-m", "mlflow", "server", *backend, "--workers", "1"]
    running = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, process_group=0
    )
    yield f"http://127.0.0.1:{port}"
    os.killpg(running.pid, signal.SIGTERM)
    running.wait()


def test_the_server_gives_the_points_of_its_database(
    server: str, tracking: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opened at once: the source bears the server's start."""
    monkeypatch.setattr(rest, "_POINTS_A_PAGE", 2)
    monkeypatch.setattr(rest, "_RUNS_A_PAGE", 3)
    with source_open(server) as here, source_open(f"sqlite:///{tracking}") as there:
        assert here.run_ids() == there.run_ids()
        for run_id in there.run_ids():
            held, other = here.run(run_id), there.run(run_id)
            assert sorted(held.points) == sorted(map(as_rest_shows, other.points))
            assert sorted(held.params) == sorted(other.params)
            assert sorted(held.tags) == sorted(other.tags)
            assert held.columns.items() <= other.columns.items()
