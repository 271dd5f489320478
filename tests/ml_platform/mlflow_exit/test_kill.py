"""SIGKILL at random moments: run again, every step ends with what it always does.

`TRACKLESS_TEST_KILLS` says how often each step is killed, 2 times by default.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ml_platform.mlflow_exit.proof import archive_digest
from tests.ml_platform.mlflow_exit.conftest import Exit

ROOT = Path(__file__).parents[3]
DRIVER = "tests.ml_platform.mlflow_exit.kill_driver"
KILLS = os.environ.get("TRACKLESS_TEST_KILLS", "2")


@pytest.mark.slow
def test_killed_at_random_each_step_continues_to_the_same_end(
    mlflow_exit: Exit, new_tracking: Path, tmp_path: Path
) -> None:
    """Real processes, as nothing else shows what a kill leaves."""
    mlflow_exit("import")
    undisturbed = archive_digest()
    environment = {
        "TRACKLESS_HOME": str(tmp_path / "home"),
        "DATABASE_URL": f"sqlite:///{tmp_path}/app.sqlite3",
        "DJANGO_SETTINGS_MODULE": "ml_platform.settings",
    }
    done = subprocess.run(
        [sys.executable, "-m", DRIVER, str(tmp_path), KILLS],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    ends: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        step, end = json.loads(line)
        ends.setdefault(step, []).append(end)
    assert len(ends) == 4
    assert ends["import_killed"][0] == undisturbed
    for step, found in ends.items():
        assert len(found) == int(KILLS)
        assert len(set(found)) == 1, step
