"""SIGKILL at every change of a teardown: the record is true, the next run goes on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
DRIVER = "tests.ml_platform.mlflow_exit.teardown.kill_driver"


@pytest.mark.slow
def test_killed_before_and_after_every_change(tracking: Path, tmp_path: Path) -> None:
    """Slow: nineteen real processes, as nothing else shows what a kill leaves."""
    home = {"TRACKLESS_HOME": str(tmp_path / "home")}
    ended = subprocess.run(
        [sys.executable, "-m", DRIVER, str(tracking), str(tmp_path / "backup")],
        cwd=ROOT,
        env=os.environ | home | {"DJANGO_SETTINGS_MODULE": "ml_platform.settings"},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    *killed, last = map(json.loads, ended.stdout.splitlines())
    assert last == [0]
    assert {code for *_, code in killed} == {-9}
    places = [(method.rpartition(".")[2], moment) for method, moment, _ in killed]
    assert {moment for _, moment in places} == {"before", "after"}
    assert len({method for method, *_ in killed}) == 9
    assert len(killed) == 18
