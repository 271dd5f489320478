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

    Its client runs in a process that stays, since importing MLflow takes seconds.

    Args:
        name: `mlflow1`, `mlflow2` or `mlflow3`, a role of `requirements/install.py`.
    """

    def __init__(self, name: str) -> None:
        command = [sys.executable, ROOT / "requirements" / "install.py", name]
        subprocess.run(command, check=True)
        self.name = name
        programs = ROOT / ".tools" / name / "bin"
        self._python, self._mlflow = str(programs / "python"), str(programs / "mlflow")
        # `mlflow server` of 1.x starts gunicorn by its name alone.
        path = f"{programs}:{os.environ['PATH']}"
        self._environment = ENVIRONMENT | {"PATH": path}

    @contextmanager
    def client(self) -> Iterator["Mlflow"]:
        """Has the client's process there."""
        # MLflow makes a folder for artifacts where it is started.
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as log:
            self._log = log
            with subprocess.Popen(
                [self._python, str(HERE / "mlflow_programs.py")],
                env=self._environment,
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            ) as self._client:
                yield self

    def act(self, *actions: str) -> dict[str, list[Any]]:
        """Does actions of `mlflow_programs.py`; returns what was read, by URI."""
        sent, answer = self._client.stdin, self._client.stdout
        assert sent is not None
        assert answer is not None
        sent.write(json.dumps(actions) + "\n")
        sent.flush()
        found: dict[str, list[Any]] = {}
        for line in answer:
            if line == "[]\n":
                return found
            if line.startswith("["):  # MLflow prints where a run can be seen.
                uri, *told = json.loads(line)
                found.setdefault(uri, []).append(told)
        self._log.seek(0)
        raise AssertionError(self._log.read()[-3000:].decode())

    @contextmanager
    def serve(self, backend: str, folder: Path) -> Iterator[str]:
        """Starts `mlflow server` on a database; its first answer may take a while."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [self._python, self._mlflow, "server", "--port", str(port)]
        command += ["--backend-store-uri", backend, "--workers", "1"]
        command += ["--default-artifact-root", str(folder / "artifacts")]
        with (folder / "server.log").open("wb") as log:
            running = subprocess.Popen(
                command,
                env=self._environment,
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
