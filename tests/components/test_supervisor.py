"""The supervisor over real child processes that end in every way."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from components import environment
from components.errors import ChildFailed
from components.supervisor import run_trainer

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def trainer_that(tmp_path, monkeypatch):
    """Puts a Python program in the place of the trainer's interpreter."""

    def install(program: str) -> Path:
        script = tmp_path / "trainer-python"
        script.write_text(f"#!{sys.executable}\nimport os, sys, time\n{program}\n")
        script.chmod(0o755)
        monkeypatch.setenv(environment.TRAINER_PYTHON, str(script))
        return script

    return install


def test_a_child_that_ends_well_gets_its_arguments(trainer_that, tmp_path):
    seen = tmp_path / "seen"
    trainer_that(f"open({str(seen)!r}, 'w').write(' '.join(sys.argv[1:]))")
    run_trainer(["train", "--epochs", "2"], program="trainer")
    assert seen.read_text() == "-m trainer train --epochs 2"


def test_an_exit_code_is_told_with_the_last_line_of_the_errors(trainer_that, capfd):
    trainer_that(
        "print('noise', file=sys.stderr); print('trainer: no such column: Price',"
        " file=sys.stderr); sys.exit(2)"
    )
    with pytest.raises(
        ChildFailed, match=r"^trainer: no such column: Price$"
    ) as caught:
        run_trainer(["train"], program="trainer")
    assert (caught.value.kind, caught.value.exit_code) == ("exit", 2)
    assert not caught.value.interrupted
    assert "noise" in capfd.readouterr().err


def test_a_killed_child_is_told_by_its_signal(trainer_that):
    trainer_that("os.kill(os.getpid(), 9)")
    with pytest.raises(ChildFailed, match=r"signal 9 \(SIGKILL\); .* memory") as caught:
        run_trainer(["train"], program="trainer")
    assert (caught.value.kind, caught.value.exit_code) == ("signal", 137)


def test_a_missing_interpreter_names_the_variable(monkeypatch, tmp_path):
    monkeypatch.setenv(environment.TRAINER_PYTHON, str(tmp_path / "none"))
    with pytest.raises(ChildFailed, match="Set TRACKLESS_TRAINER_PYTHON"):
        run_trainer(["train"], program="trainer")


def supervise_apart(script: Path, *, stop_with: int) -> subprocess.Popen[str]:
    """A supervisor as a process of its own, sent a signal once its child runs."""
    program = (
        "from components.supervisor import run_trainer\n"
        "from components.errors import ChildFailed\n"
        "try: run_trainer(['train'], program='trainer')\n"
        "except ChildFailed as error: print(error.exit_code, error)\n"
    )
    supervisor = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, environment.TRAINER_PYTHON: str(script)},
        stdout=subprocess.PIPE,
        text=True,
    )
    pid_file = script.with_name("pid")
    deadline = time.monotonic() + 30
    while not (pid_file.exists() and pid_file.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    supervisor.send_signal(stop_with)
    return supervisor


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


SLEEPER = "open(os.path.dirname(__file__) + '/pid', 'w').write(str(os.getpid()))\n"


def test_sigterm_reaches_the_child_and_the_supervisor_outlives_it(trainer_that):
    script = trainer_that(SLEEPER + "time.sleep(60)")
    supervisor = supervise_apart(script, stop_with=signal.SIGTERM)
    said, _ = supervisor.communicate(timeout=20)
    assert said.strip() == "143 trainer was asked to stop by signal 15 (SIGTERM)"
    assert not is_running(int(script.with_name("pid").read_text()))


def test_a_killed_supervisor_leaves_no_child(trainer_that):
    script = trainer_that(SLEEPER + "time.sleep(60)")
    supervisor = supervise_apart(script, stop_with=signal.SIGKILL)
    supervisor.wait(20)
    child = int(script.with_name("pid").read_text())
    deadline = time.monotonic() + 5
    while is_running(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_running(child)
