"""Jobs on this machine: one process a run, under KFP's local runner.

`TRACKLESS_LOCAL_RUNNER` is the command; it gets the pipeline's arguments as one JSON
object. A job's name carries the process id and the process's start, so that an id that
the system gave to somebody else later is never taken for the job.
"""

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

from django.conf import settings

from ml_platform.experiments.errors import JobRefused, RequestRefused, TargetNotSetUp
from ml_platform.experiments.jobs.state import GONE, PENDING, RUNNING, JobState
from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.options import option

# Shorter than gunicorn's patience with a worker, 30 s.
_CHECK_SECONDS = 20
CLAIMED = "local/0/0"
"""The name between the claim and the process's start."""


def start(arguments: dict[str, Any]) -> str:
    """Starts the process and returns the job's name.

    Raises:
        TargetNotSetUp: This server runs no jobs itself.
        JobRefused: The command is not there.
    """
    command = option("TRACKLESS_LOCAL_RUNNER")
    if not command:
        raise TargetNotSetUp(
            "this server runs no jobs itself; use target vertex, or `trackless run`"
        )
    log = Path(option("TRACKLESS_LOGS")) / f"run-{arguments['quick_test_id']}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    try:
        with log.open("ab") as stream:
            # A session of its own: the job outlives the request and the server.
            process = subprocess.Popen(
                [*command, json.dumps(arguments)],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                cwd=getattr(settings, "BASE_DIR", None),
                env=_environment(),
                start_new_session=True,
            )
    except OSError as error:
        raise JobRefused(f"{command[0]}: {error.strerror}; run `make setup`") from error
    return f"local/{process.pid}/{_started(process.pid)}"


def check(run: QuickTest, launch: dict[str, Any]) -> None:
    """Lets the trainer check a run's parameters, options and source.

    `TRACKLESS_LOCAL_CHECK` is its command; without one nothing is checked here.

    Raises:
        RequestRefused: The trainer refuses them; the text has its own words.
        JobRefused: The command is not there, or did not end in time.
    """
    command = option("TRACKLESS_LOCAL_CHECK")
    if not command:
        return
    params = {name: v for name, v in run.params.items() if v is not None}
    command = [*command, "--params", json.dumps(params)]
    command += ["--options", json.dumps(launch.get("data_options") or {})]
    if launch.get("input_path"):
        command += ["--input", launch["input_path"]]
    if launch.get("columns"):
        command += ["--columns", json.dumps(launch["columns"])]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=_CHECK_SECONDS,
            cwd=getattr(settings, "BASE_DIR", None),
        )
    except OSError as error:
        raise JobRefused(f"{command[0]}: {error.strerror}; run `make setup`") from error
    except subprocess.TimeoutExpired as error:
        raise JobRefused(
            f"the trainer's check took over {_CHECK_SECONDS} s; try again, or see "
            "whether the source answers"
        ) from error
    if done.returncode != 0:
        said = done.stderr.strip().replace("trainer: ", "")
        raise RequestRefused(said[-1000:] or "the trainer refused its parameters")


def state(name: str) -> JobState:
    """Returns `running`, `pending` before that, `gone` where the process has ended."""
    if name == CLAIMED:
        return JobState(PENDING)
    if _alive(name):
        return JobState(RUNNING)
    return JobState(GONE, "the job's process has ended; see its log")


def cancel(name: str) -> None:
    """Asks the process to end its running step; the exit handler still runs."""
    if _alive(name):
        os.kill(_pid(name), signal.SIGTERM)


def _environment() -> dict[str, str]:
    secrets = settings.TRACKLESS_NOTIFY_SECRETS
    told = {"TRACKLESS_NOTIFY_SECRET": secrets[0]} if secrets else {}
    if interpreter := option("TRACKLESS_TRAINER_PYTHON"):
        told["TRACKLESS_TRAINER_PYTHON"] = interpreter
    return os.environ | told


def _alive(name: str) -> bool:
    pid, started = _pid(name), int(name.split("/")[2])
    return pid > 0 and _started(pid) == started


def _pid(name: str) -> int:
    return int(name.split("/")[1])


def _started(pid: int) -> int:
    """The process's start in clock ticks since boot; 0 where it has ended."""
    try:
        # The name in brackets may hold spaces and brackets itself.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return 0 if fields[0] in "ZX" else int(fields[19])
