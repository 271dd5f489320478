"""`serve_local` as a program: ready file, login, a port in use, a quiet end."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]


def start(home: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "serve_local", *arguments],
        cwd=REPOSITORY,
        env=os.environ | {"TRACKLESS_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(path: Path, process: subprocess.Popen[str]) -> dict[str, Any]:
    deadline = time.monotonic() + 30
    while not path.exists():
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return json.loads(path.read_text())


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """A server on a free port."""
    ready = tmp_path / "ready.json"
    process = start(tmp_path, "--port", "0", "--ready-file", str(ready))
    try:
        yield process, wait_for(ready, process)
    finally:
        process.kill()
        process.wait()


def test_it_serves_logs_in_and_ends_in_order(
    served: tuple[subprocess.Popen[str], dict[str, Any]],
) -> None:
    process, told = served
    assert told["pid"] == process.pid
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with opener.open(told["login_url"], timeout=10) as response:
        assert b"No runs yet" in response.read()
        assert response.url == told["url"]
    process.send_signal(signal.SIGTERM)
    out, errors = process.communicate(timeout=15)
    assert process.returncode == 0
    assert told["login_url"] in out
    assert "Traceback" not in errors
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", told["port"]), timeout=2)


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start(tmp_path, "--port", str(port))
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 2
    assert errors.strip().splitlines() == [
        f"CommandError: port {port}: already in use; stop what listens there, "
        "or use --port 0 for a free one"
    ]
