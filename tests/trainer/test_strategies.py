"""Training on two devices, and as two workers of which only the chief writes."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from tests.trainer.fn_args import FnArgs
from trainer import environment, strategies
from trainer.errors import OptionError
from trainer.module import run_fn
from training_metrics import read_document
from training_metrics.storage import document_uri

ROOT = Path(__file__).resolve().parents[2]


def _document(root: Path) -> Any:
    result = read_document(document_uri(str(root / "artifacts")))
    assert result.findings == []
    return result.document


def test_two_devices_train_one_model(
    trained: Any,
    examples: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    two_devices: tf.distribute.Strategy,
) -> None:
    monkeypatch.setattr(strategies, "choose", lambda: two_devices)
    parameters = {"epochs": 3, "batch_size": 256, "top_k": 10}

    run_fn(FnArgs(examples, tmp_path, parameters=parameters))

    document, alone = _document(tmp_path), trained.document
    assert (document.status, document.epochs) == ("completed", alone["epochs"])
    # Half the negatives a replica: an easier question, so a smaller loss.
    assert document.loss["loss"][-1] < alone["loss"]["loss"][-1]
    rows = document.gradient_stats["candidate"].histogram.counts
    counts = alone["gradient_stats"]["candidate"]["histogram"]["counts"]
    assert [sum(row) for row in rows] == [sum(row) for row in counts]
    recall = document.final_metrics["test_recall_at_50"]
    assert recall == pytest.approx(alone["final_metrics"]["test_recall_at_50"], abs=0.1)


class Workers:
    """Two processes that train together, each told a folder of its own."""

    def __init__(self, examples: Path, root: Path, epochs: int) -> None:
        ports = random.SystemRandom().sample(range(10_000, 32_000), 2)
        addresses = [f"127.0.0.1:{port}" for port in ports]
        self.roots = [root / str(number) for number in range(2)]
        self.running = []
        for number, folder in enumerate(self.roots):
            task = {"type": "worker", "index": number}
            config = {"cluster": {"worker": addresses}, "task": task}
            module = "tests.trainer.resumed_run"
            self.running.append(
                subprocess.Popen(
                    [sys.executable, "-m", module, examples, folder, str(epochs)],
                    cwd=ROOT,
                    env={**os.environ, environment.TF_CONFIG: json.dumps(config)},
                    stdout=subprocess.DEVNULL,
                    stderr=(root / f"{number}.log").open("w"),
                )
            )

    def end(self) -> list[int]:
        return [process.wait(timeout=240) for process in self.running]


@pytest.mark.slow
def test_of_two_workers_the_chief_writes_alone(examples: Path, tmp_path: Path) -> None:
    workers = Workers(examples, tmp_path, epochs=2)

    assert workers.end() == [0, 0], (tmp_path / "0.log").read_text()[-3000:]

    chief, other = workers.roots
    document = _document(chief)
    assert (document.status, document.epochs) == ("completed", [0, 1])
    assert (chief / "model" / "saved_model.pb").is_file()
    assert not other.exists()


@pytest.mark.slow
def test_a_worker_that_is_killed_ends_the_run_with_its_document(
    examples: Path, tmp_path: Path
) -> None:
    workers = Workers(examples, tmp_path, epochs=500)
    chief = workers.roots[0]
    deadline = time.monotonic() + 120
    while not (chief / "artifacts" / "checkpoint.npz").exists():
        assert time.monotonic() < deadline, (tmp_path / "0.log").read_text()[-3000:]
        time.sleep(0.2)

    workers.running[1].send_signal(signal.SIGKILL)

    ended, _ = workers.end()
    assert ended != 0
    document = _document(chief)
    assert document.status == "failed"
    assert len(document.epochs) >= 1


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({}, (0, 1)),
        ({"cluster": {"worker": ["a:1"]}, "task": {"type": "worker"}}, (0, 1)),
        (
            {
                "cluster": {"chief": ["a:1"], "worker": ["b:1", "c:1"]},
                "task": {"type": "worker", "index": 1},
            },
            (2, 3),
        ),
        (
            {
                "cluster": {"chief": ["a:1"], "worker": ["b:1"]},
                "task": {"type": "chief", "index": 0},
            },
            (0, 2),
        ),
    ],
)
def test_the_chief_is_the_first_task(
    config: Any, expected: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(environment.TF_CONFIG, json.dumps(config))
    assert environment.cluster_task() == expected


def test_a_broken_tf_config_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.TF_CONFIG, "workers=2")
    with pytest.raises(OptionError, match="TF_CONFIG: 'workers=2' is no such JSON"):
        environment.cluster_task()
