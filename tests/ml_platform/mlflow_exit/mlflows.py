"""Real MLflow servers and clients for tests, each in an environment of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
# The first process writes the bytecode, or each would compile for seconds.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
ENVIRONMENT |= {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
}


class Mlflow:
    """One version of MLflow, made from its lock where it is not there yet.

    Args:
        name: `mlflow2` or `mlflow3`, a role of `requirements/install.py`.
    """

    def __init__(self, name: str) -> None:
        command = [sys.executable, ROOT / "requirements" / "install.py", name]
        subprocess.run(command, check=True)
        self.name = name
        self._python = str(ROOT / ".tools" / name / "bin" / "python")

    def act(self, *actions: str) -> dict[str, list[Any]]:
        """Does actions of `mlflow_programs.py`; returns what was read, by URI."""
        # MLflow makes a folder for artifacts where it is started.
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [self._python, str(HERE / "mlflow_programs.py"), *actions],
                env=ENVIRONMENT,
                cwd=folder,
                capture_output=True,
                text=True,
            )
        assert done.returncode == 0, done.stderr[-3000:]
        found: dict[str, list[Any]] = {}
        for line in done.stdout.splitlines():
            if not line.startswith("["):
                continue  # MLflow prints where a run can be seen.
            uri, *told = json.loads(line)
            found.setdefault(uri, []).append(told)
        return found

    @contextmanager
    def serve(self, backend: str, folder: Path) -> Iterator[str]:
        """Starts `mlflow server` on a database; its first answer may take a while."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [self._python, "-m", "mlflow", "server", "--port", str(port)]
        command += ["--backend-store-uri", backend, "--workers", "1"]
        with (folder / "server.log").open("wb") as log:
            running = subprocess.Popen(
                command,
                env=ENVIRONMENT,
                cwd=folder,
                stdout=log,
                stderr=log,
                process_group=0,
            )
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(running.pid, signal.SIGTERM)
            running.wait()
