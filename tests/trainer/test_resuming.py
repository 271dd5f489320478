"""Attempts that end early and others that go on: as if nobody had stopped."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.trainer.fn_args import FnArgs
from tests.trainer.resumed_run import run
from trainer import checkpoint, environment, final_metrics, interruption
from trainer.errors import Interrupted
from trainer.job import from_fn_args
from trainer.module import run_fn
from training_metrics import read_document
from training_metrics.storage import document_uri

EPOCHS = 5
TIMES = (
    "metrics.epoch_seconds",
    "metrics.seconds_per_step",
    "metrics.validation_seconds",
)
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def uninterrupted(
    examples: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, np.ndarray]:
    """Series and finals of a run that nobody stopped."""
    root = tmp_path_factory.mktemp("uninterrupted")
    run_fn(FnArgs(examples, root, parameters={"epochs": EPOCHS, "batch_size": 256}))
    return numbers(root)


@pytest.fixture(autouse=True)
def checkpoint_each_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also for the processes that a test starts."""
    monkeypatch.setenv(environment.CHECKPOINT_SECONDS, "0")


def document(root: Path) -> Any:
    result = read_document(document_uri(str(root / "artifacts")))
    assert result.findings == []
    return result.document


def numbers(root: Path) -> dict[str, np.ndarray]:
    """Every series but times, and the finals."""
    read = document(root)
    found = {name: values for name, values in read.series() if name not in TIMES}
    found |= {f"final.{name}": [v] for name, v in read.final_metrics.items()}
    return {name: np.array(values, float) for name, values in found.items()}


def assert_same(resumed: dict[str, Any], whole: dict[str, Any]) -> None:
    assert resumed.keys() == whole.keys()
    for name, values in whole.items():
        np.testing.assert_allclose(
            resumed[name], values, rtol=2e-4, atol=1e-6, err_msg=name
        )


def largest_difference(resumed: dict[str, Any], whole: dict[str, Any]) -> float:
    differences = [
        np.nanmax(np.abs(resumed[name] - values) / np.maximum(np.abs(values), 1e-6))
        for name, values in whole.items()
        if np.isfinite(values).any()
    ]
    return float(max(differences))


def stop_at(monkeypatch: pytest.MonkeyPatch, epoch: int) -> None:
    """A signal arrives during the epoch after this one."""
    ended: list[int] = []

    def check() -> None:
        ended.append(len(ended))
        if len(ended) == epoch + 1:
            raise Interrupted("SIGTERM", signal.SIGTERM)

    monkeypatch.setattr(interruption, "check", check)


def test_a_stopped_run_goes_on_after_its_last_epoch(
    examples: Path,
    tmp_path: Path,
    uninterrupted: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patched:
        stop_at(patched, 1)
        with pytest.raises(Interrupted, match="goes on after the last epoch"):
            run(examples, tmp_path, EPOCHS)
    assert document(tmp_path).epochs == [0, 1]

    run(examples, tmp_path, EPOCHS)

    read = document(tmp_path)
    assert read.epochs == list(range(EPOCHS))
    first, second = read.run["attempts"]
    assert (first["ended_by"], first["first_epoch"]) == ("signal 15", 0)
    assert (second["ended_by"], second["first_epoch"]) == ("completed", 2)
    assert len({item.kind for item in read.diagnosis}) == len(read.diagnosis)
    assert_same(numbers(tmp_path), uninterrupted)
    assert not (tmp_path / "artifacts" / checkpoint.FILE_NAME).exists()


def test_a_run_that_failed_in_its_evaluation_only_evaluates(
    examples: Path,
    tmp_path: Path,
    uninterrupted: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_room(*args: Any) -> None:
        raise ValueError("no room")

    with monkeypatch.context() as patched:
        patched.setattr(final_metrics, "log", no_room)
        with pytest.raises(ValueError, match="no room"):
            run(examples, tmp_path, EPOCHS)

    run(examples, tmp_path, EPOCHS)

    assert_same(numbers(tmp_path), uninterrupted)
    assert "first_epoch" not in document(tmp_path).run["attempts"][1]


@pytest.mark.slow
def test_runs_killed_at_random_moments_end_as_if_nobody_had(
    examples: Path, tmp_path: Path, uninterrupted: dict[str, Any]
) -> None:
    """`TRACKLESS_TEST_KILLS` is how many; `-s` shows what came of them."""
    moments, kills, runs = random.Random(11), 0, 1
    while kills < int(os.environ.get("TRACKLESS_TEST_KILLS", "1")):
        killed = killed_run(examples, tmp_path, moments.uniform(0.0, 0.5))
        kills += killed
        if not killed:
            assert_same(numbers(tmp_path), uninterrupted)
            (tmp_path / "artifacts").rename(tmp_path / f"artifacts-{runs}")
            runs += 1

    run(examples, tmp_path, EPOCHS)

    assert_same(numbers(tmp_path), uninterrupted)
    attempts = document(tmp_path).run["attempts"]
    worst = largest_difference(numbers(tmp_path), uninterrupted)
    print(f"{kills} kills in {runs} runs, the last one of {len(attempts)} attempts;")
    print(f"largest relative difference of a number: {worst:.1e}")


def killed_run(examples: Path, root: Path, seconds: float) -> bool:
    """Kills an attempt so long after its first epoch; False where it ended before."""
    events = root / "events"
    events.write_text("")
    command = [sys.executable, "-m", "tests.trainer.resumed_run"]
    process = subprocess.Popen(
        [*command, str(examples), str(root), str(EPOCHS)],
        cwd=ROOT,
        env=os.environ | {"TRACKLESS_PROGRESS": str(events)},
    )
    while process.poll() is None and "epoch" not in kinds(events):
        time.sleep(0.01)
    time.sleep(seconds)
    process.kill()
    return process.wait() == -signal.SIGKILL


def kinds(events: Path) -> list[str]:
    lines = events.read_text().splitlines(keepends=True)
    return [json.loads(line)["event"] for line in lines if line.endswith("\n")]


@pytest.mark.parametrize(
    ("epochs", "batch_size", "why"),
    [(1, 256, "it has 2 epochs, 1 are wanted"), (5, 128, "of other data or param")],
)
def test_a_checkpoint_that_does_not_fit_is_said_and_left(
    examples: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    epochs: int,
    batch_size: int,
    why: str,
) -> None:
    with monkeypatch.context() as patched:
        stop_at(patched, 1)
        with pytest.raises(Interrupted):
            run(examples, tmp_path, EPOCHS)

    parameters = {"epochs": epochs, "batch_size": batch_size}
    job = from_fn_args(FnArgs(examples, tmp_path, parameters=parameters))

    assert checkpoint.find(job) is None
    assert why in caplog.text
    more = {"epochs": EPOCHS + 4, "batch_size": 256}
    longer = from_fn_args(FnArgs(examples, tmp_path, parameters=more))
    found = checkpoint.find(longer)
    assert found is not None and found.epochs == 2


def test_a_broken_checkpoint_is_said_and_left(
    examples: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    job = from_fn_args(FnArgs(examples, tmp_path))
    path = Path(checkpoint.uri_in(job.config.artifacts))
    path.parent.mkdir(parents=True)
    for content in (b"", b"PK\x03\x04 and no more", b"[]"):
        path.write_bytes(content)

        assert checkpoint.find(job) is None
        assert "cannot be read" in caplog.text
        caplog.clear()
