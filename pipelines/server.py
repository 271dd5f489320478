"""The Django of a local run: started as a process, reached over HTTP, stopped again."""

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from pipelines import processes
from pipelines.errors import TracklessError
from pipelines.home import Home

READY_SECONDS = 60.0
STOP_GRACE_SECONDS = 15.0


@dataclass(frozen=True)
class Server:
    """A Django that answers.

    Attributes:
        url: The app's address with its prefix.
        login_url: Signs the local user in, once.
        process: gunicorn's.
    """

    url: str
    login_url: str
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """Ends it in order."""
        processes.stop(self.process, grace_seconds=STOP_GRACE_SECONDS)


def start_server(home: Home, *, port: int) -> Server:
    """Starts Django with its migrations applied and waits until it is ready.

    Args:
        home: Where its database and log are.
        port: On 127.0.0.1; 0 takes a free one.

    Raises:
        TracklessError: It did not come up; the message is Django's own last line.
    """
    log = home.logs / "django.log"
    offset = log.stat().st_size if log.exists() else 0
    with tempfile.TemporaryDirectory() as folder:
        ready_file = Path(folder) / "ready.json"
        command = [sys.executable, "manage.py", "serve_local", "--port", str(port)]
        process = processes.start(
            [*command, "--ready-file", str(ready_file)],
            log=log,
            child_environment=home.child_environment(),
        )
        try:
            ready = _wait(process, ready_file, log, offset)
        except BaseException:
            processes.stop(process, grace_seconds=STOP_GRACE_SECONDS)
            raise
    return Server(ready["url"].rstrip("/"), ready["login_url"], process)


def _wait(
    process: subprocess.Popen[bytes], ready_file: Path, log: Path, offset: int
) -> dict[str, str]:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if ready_file.exists():
            ready: dict[str, str] = json.loads(ready_file.read_text())
            return ready
        if process.poll() is not None:
            raise TracklessError(_last_line(log, offset))
        time.sleep(0.05)
    raise TracklessError(f"Django was not ready in {READY_SECONDS:.0f} s; see {log}")


def _last_line(log: Path, offset: int) -> str:
    with log.open("rb") as stream:
        stream.seek(offset)
        lines = stream.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"Django ended at once and said nothing; see {log}"
