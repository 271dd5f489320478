"""The Django project served as its image does, and a client that times its calls."""

from __future__ import annotations

import http.client
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]


class Call(NamedTuple):
    """One request: how it is named in the table, and what is sent."""

    name: str
    method: str
    make: Callable[[random.Random], tuple[str, bytes]]


class Client:
    """Asks over connections that it keeps, and fails on any answer but 200."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Accept-Encoding": "gzip",
            "Content-Type": "application/json",
        }

    def seconds(self, call: Call, count: int, seed: int = 0) -> list[float]:
        """The time of each of `count` calls in a row."""
        draw = random.Random(seed)
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            return [self._once(connection, call, draw) for _ in range(count)]
        finally:
            connection.close()

    def _once(
        self, connection: http.client.HTTPConnection, call: Call, draw: random.Random
    ) -> float:
        path, body = call.make(draw)
        start = time.perf_counter()
        connection.request(call.method, path, body, self._headers)
        answer = connection.getresponse()
        text = answer.read()
        taken = time.perf_counter() - start
        assert answer.status == 200, (path, answer.status, text[:300])
        return taken


def prepared(environment: dict[str, str], runs: int) -> str:
    """Fills the database and returns an API token."""
    output_of(environment, "manage.py", "migrate", "-v0")
    output_of(environment, "-m", "benchmarks.django_runs", "fill", str(runs))
    return output_of(environment, "manage.py", "api_token", "create", "benchmark")


def output_of(environment: dict[str, str], *arguments: str) -> str:
    """What a Python program of the project prints; it has to succeed."""
    command = [sys.executable, *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.strip()


@contextmanager
def served(environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Serves as the image does until the block ends; yields port and process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "ml_platform.wsgi"]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4"]
    command += ["--preload", "--limit-request-line", "8190"]
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            _wait_for(port)
            yield port, server.pid
        finally:
            server.terminate()
            server.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        finally:
            connection.close()


def workers_bytes(master: int) -> int:
    """Resident memory of the workers that a gunicorn started."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    pages = [int(Path(f"/proc/{p}/statm").read_text().split()[1]) for p in children]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE")
