"""Long-lived children of the command line: started in a session of their own, so that
Ctrl-C reaches only the parent, and never left behind."""

import functools
import os
import signal
import subprocess
from pathlib import Path

from components.supervisor import die_with_parent
from pipelines import environment


def start(
    command: list[str], *, log: Path, child_environment: dict[str, str]
) -> subprocess.Popen[bytes]:
    """Starts `command` from the project's folder with its whole output in `log`."""
    with log.open("ab") as stream:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            cwd=environment.PROJECT,
            env=child_environment,
            start_new_session=True,
            preexec_fn=functools.partial(die_with_parent, signal.SIGTERM),
        )


def stop(process: subprocess.Popen[bytes], *, grace_seconds: float) -> None:
    """Asks by SIGTERM and, `grace_seconds` later, ends the whole session."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(grace_seconds)
        except subprocess.TimeoutExpired:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Ends the child's whole session at once."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()
