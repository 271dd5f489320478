"""A PostgreSQL of the tests' own: a fresh cluster on a Unix socket, gone afterwards.

PostgreSQL refuses to run as root, so a root that runs the tests becomes the user
`postgres` for the server; its folder is not under root's home, which that user cannot
read.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
_BINARIES = next((folder for folder in _FOLDERS if (folder / "initdb").exists()), None)

needs_postgres = pytest.mark.skipif(
    _BINARIES is None, reason="no PostgreSQL under /usr/lib/postgresql"
)


@contextmanager
def postgres() -> Iterator[str]:
    """Starts a server and yields the URL of an empty database."""
    folder = Path(tempfile.mkdtemp(prefix="trackless-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data, log = str(folder / "data"), str(folder / "log")
    options = f"-k {folder} -c listen_addresses= -c fsync=off"
    try:
        _run("initdb", "-D", data, "-U", "postgres", "--no-sync", "-A", "trust")
        _run("pg_ctl", "-D", data, "-o", options, "-l", log, "-w", "start")
        try:
            _run("createdb", "-h", str(folder), "-U", "postgres", "trackless")
            socket = str(folder).replace("/", "%2F")
            yield f"postgresql://postgres@{socket}/trackless"
        finally:
            _run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(program: str, *arguments: str) -> None:
    assert _BINARIES is not None
    command = [str(_BINARIES / program), *arguments]
    if os.geteuid() == 0:
        command = [
            "setpriv",
            "--reuid=postgres",
            "--regid=postgres",
            "--clear-groups",
            *command,
        ]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/tmp")
    assert done.returncode == 0, done.stderr
