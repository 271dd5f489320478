"""A home folder in which the real command line is run, and what it leaves."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]
TRACKLESS = Path(sys.executable).with_name("trackless")


@dataclass
class Workplace:
    """A home folder and the commands run in it."""

    home: Path
    served: list = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        return {**os.environ, **self.variables, "TRACKLESS_HOME": str(self.home)}

    def start(self, *arguments: str) -> subprocess.Popen:
        return subprocess.Popen(
            [TRACKLESS, *arguments],
            cwd=ROOT,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        process = self.start(*arguments)
        said, errors = process.communicate(timeout=400)
        return subprocess.CompletedProcess(arguments, process.returncode, said, errors)

    def document(self, run_id: int = 1) -> dict:
        path = self.home / "quick_tests" / str(run_id) / "training_metrics.json"
        return json.loads(path.read_text())

    def serve(self) -> tuple[str, requests.Session]:
        """The app's address and a session that signed in by the one-time link."""
        url, login_url = self.serve_for_browser()
        session = requests.Session()
        session.get(login_url).raise_for_status()
        return url, session

    def serve_for_browser(self) -> tuple[str, str]:
        process = self.start("serve", "--port", "0")
        self.served.append(process)
        url = re.search(r"http\S+", process.stdout.readline())[0].rstrip("/")
        return url, re.search(r"http\S+", process.stdout.readline())[0]

    def processes_left(self) -> list[str]:
        """Command lines of running processes that carry this home."""
        left = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if str(self.home).encode() in (folder / "environ").read_bytes():
                    left.append((folder / "cmdline").read_text().replace("\0", " "))
            except OSError:
                continue
        return [command for command in left if command]

    def trainer_pid(self) -> int | None:
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_text().split("\0")
                if str(self.home).encode() not in (folder / "environ").read_bytes():
                    continue
            except OSError:
                continue
            if command[1:4] == ["-m", "trainer", "train"]:
                return int(folder.name)
        return None

    def wait_for_epoch(self, process: subprocess.Popen, run_id: int = 1) -> str:
        """Reads what is shown until the first epoch is; returns it."""
        seen = ""
        for line in process.stdout:
            seen += line
            if "epoch 1/" in line:
                return seen
        raise AssertionError(f"no epoch was shown:\n{seen}{process.stderr.read()}")

    def wait_for_checkpoint(self, process: subprocess.Popen, run_id: int = 1) -> None:
        """Waits until the trainer has written one, which it does beside training."""
        place = self.home / "quick_tests" / str(run_id) / "checkpoint.npz"
        while not place.exists():
            assert process.poll() is None, "the run ended without a checkpoint"
            time.sleep(0.02)

    def close(self) -> None:
        for process in self.served:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)
        deadline = time.monotonic() + 10
        while self.processes_left() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert self.processes_left() == []
