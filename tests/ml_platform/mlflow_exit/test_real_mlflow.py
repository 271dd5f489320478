"""A history written by MLflow itself, out of it, and equal to what its client reads.

Needs an interpreter that has `mlflow` (or `mlflow-skinny`, sqlalchemy and alembic) in
`TRACKLESS_TEST_MLFLOW_PYTHON`; MLflow is no requirement of this project.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.ml_platform.mlflow_exit.conftest import Exit, told

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
