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

from ml_platform.experiments.errors import JobRefused
from ml_platform.experiments.jobs.state import GONE, PENDING, RUNNING, JobState
from ml_platform.experiments.options import option

CLAIMED = "local/0/0"
"""The name between the claim and the process's start."""


def start(arguments: dict[str, Any]) -> str:
    """Starts the process and returns the job's name.

    Raises:
        JobRefused: This server runs no jobs itself, or the command is not there.
    """
    command = option("TRACKLESS_LOCAL_RUNNER")
    if not command:
        raise JobRefused(
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
