"""The pipeline under KFP's real local runner, with every step failing in turn.

The trainer is a small program here, so that a failure takes seconds; real trainers fail
in `tests/end_to_end`. Django is a recorder that can be down.
"""

import json
import os
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
        self.artifacts = folder / "quick_tests" / "7"

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
            "artifacts_uri": str(self.artifacts),
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
        return json.loads((self.artifacts / "training_metrics.json").read_text())

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


def test_success_is_persisted_and_told_once(pipeline, django):
    assert pipeline.run(django.url) == 0
    assert pipeline.document()["status"] == "completed"
    assert len(django.requests) == 1
    made = pipeline.outputs("persist-training-metrics")
    assert {"training_metrics", "report"} <= made
    assert pipeline.outputs("finish-run") == set()


@pytest.mark.parametrize(
    ("train", "cause"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", "signal 9 (SIGKILL)"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "signal 11 (SIGSEGV)"),
        ("sys.exit('trainer: ValueError: in epoch 1')", "ValueError: in epoch 1"),
        (
            "resource.setrlimit(resource.RLIMIT_AS, (2**28, 2**28)); x = [0] * 2**28",
            "MemoryError",
        ),
    ],
)
def test_a_trainer_that_dies_keeps_its_epochs_and_names_the_cause(
    pipeline, django, train, cause
):
    assert pipeline.run(django.url, train=train) == 1
    document = pipeline.document()
    assert document["epochs"] == [0, 1]
    assert document["loss"]["loss"] == [3, 2]
    assert document["status"] == "failed"
    assert cause in document["error"]["message"]
    [told] = django.requests
    assert told.json["status"] == "failed"
    assert {"training_metrics", "report"} <= pipeline.outputs("finish-run")


def test_a_trainer_that_was_preempted_is_interrupted(pipeline, django):
    assert pipeline.run(django.url, train="os.kill(os.getpid(), 15)") == 1
    document = pipeline.document()
    assert (document["status"], document["epochs"]) == ("interrupted", [0, 1])
    [told] = django.requests
    assert told.json["status"] == "interrupted"


def test_bad_data_is_told_by_a_document_without_an_epoch(pipeline, django):
    prepare = "sys.exit('trainer: orders.csv: no column for buyer')"
    assert pipeline.run(django.url, prepare=prepare) == 1
    document = pipeline.document()
    assert (document["status"], document["available"]) == ("failed", False)
    assert "orders.csv: no column for buyer" in document["error"]["message"]
    assert len(django.requests) == 1


def test_a_failing_persist_step_is_made_up_for_by_the_exit_handler(pipeline, django):
    # A document that cannot be read fails the persist step and the exit handler's
    # reading of it; the file itself must stay as it is.
    after = (
        "open(arguments['--artifacts'] + '/training_metrics.json', 'w').write('{nope')"
    )
    assert pipeline.run(django.url, after=after) == 1
    kept = (pipeline.artifacts / "training_metrics.json").read_text()
    assert kept == "{nope"
    assert "could not be kept" in pipeline.ended.stdout


def test_a_django_that_is_down_at_first_is_told_in_the_end(pipeline):
    answers = iter([(503, {}), (503, {}), (200, {})])
    with recording(lambda request: next(answers)) as django:
        assert pipeline.run(django.url) == 0
    assert len(django.requests) == 3


def test_a_django_that_refuses_fails_nothing_and_is_said(pipeline):
    with recording(lambda request: (401, {})) as django:
        assert pipeline.run(django.url) == 0
    assert len(django.requests) == 1
    assert "refused by" in pipeline.ended.stdout
    progress = (pipeline.folder / "progress").read_text()
    assert "HTTP 401" in progress
