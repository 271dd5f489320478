"""What several tests of this room share: the pipeline with a small trainer, servers.

The trainer is a small program, so that a failure takes seconds; real trainers fail in
`tests/end_to_end`. Django is a recorder.
"""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.recorder import recording

ROOT = Path(__file__).resolve().parents[2]

TRAINER = """#!{python}
import json, os, resource, signal, sys, time
sys.path.insert(0, {root!r})
arguments = dict(zip(sys.argv[4::2], sys.argv[5::2]))
if sys.argv[3] == "prepare":
    {prepare}
    os.makedirs(arguments["--output"])
    open(arguments["--output"] + "/dataset.json", "w").write("{{}}")
else:
    from training_metrics import MetricsCollector
    collector = MetricsCollector(
        arguments["--artifacts"], journal=arguments["--journal"]
    )
    for epoch in range(3):
        collector.log_metrics({{"loss": 3.0 - epoch}}, epoch)
        collector.end_epoch(epoch)
        if epoch == 1:
            {train}
    os.makedirs(arguments["--model"])
    collector.log_metric("test_loss", 1.0)
    collector.save()
    {after}
"""


class Pipeline:
    """One run of the real pipeline over a trainer program."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.artifacts = str(folder / "quick_tests" / "7")
        self.variables: dict[str, str] = {}

    def run(self, django_url="", prepare="pass", train="pass", after="pass"):
        program = self.folder / "trainer-python"
        text = TRAINER.format(
            python=sys.executable,
            root=str(ROOT),
            prepare=prepare,
            train=train,
            after=after,
        )
        program.write_text(text)
        program.chmod(0o755)
        arguments = {
            "quick_test_id": 7,
            "artifacts_uri": self.artifacts,
            "django_url": django_url,
        }
        self.ended = subprocess.run(
            [
                sys.executable,
                "-m",
                "pipelines.local_runner",
                str(self.folder / "root"),
                json.dumps(arguments),
            ],
            cwd=ROOT,
            env={
                **os.environ,
                **self.variables,
                "TRACKLESS_TRAINER_PYTHON": str(program),
                "TRACKLESS_NOTIFY_SECRET": "s3cret",
                "TRACKLESS_PROGRESS": str(self.folder / "progress"),
            },
            capture_output=True,
            text=True,
            timeout=120,
        )
        return self.ended.returncode

    def document(self) -> dict:
        return json.loads(Path(self.artifacts, "training_metrics.json").read_text())

    def document_of(self, gcs) -> dict:
        return json.loads(gcs.stored("quick_tests/7/training_metrics.json"))

    def failed(self, step: str) -> str:
        """What the step's last failure said."""
        lines = (self.folder / "progress").read_text().splitlines()
        events = [json.loads(line) for line in lines]
        told = [e for e in events if (e["step"], e["event"]) == (step, "failed")]
        return told[-1]["message"]

    def outputs(self, step: str) -> set[str]:
        found = self.folder.glob(f"root/*/{step}/*")
        return {path.name for path in found if path.name != "executor_output.json"}


@pytest.fixture
def pipeline(tmp_path) -> Pipeline:
    return Pipeline(tmp_path)


@pytest.fixture
def django():
    with recording(lambda request: (200, {})) as recorder:
        yield recorder


@pytest.fixture
def silent():
    """The address of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
