"""Shared by the trainer's tests: small prepared data and one run trained on it.

TFX takes half a minute to import, so everything that needs it shares one process
and one training run.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from trainer import environment

environment.prepare_tensorflow()

import tensorflow as tf  # noqa: E402 (after what must be set before)

# The CPU as two devices, for what trains on several; before anything makes a tensor.
tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0],
    [tf.config.LogicalDeviceConfiguration()] * 2,
)

ONLINE_RETAIL = Path(__file__).parents[2] / "../shared/data/online_retail.parquet"

SMALL = {"lines": 4000, "buyers": 80, "products": 150, "shards": 2}


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of examples prepared from generated transactions."""
    from trainer.prepare import options
    from trainer.prepare.preparation import prepare

    folder = tmp_path_factory.mktemp("prepared") / "examples"
    prepare("", {}, str(folder), seed=7, options=options.parse(json.dumps(SMALL)))
    return folder


@pytest.fixture(scope="session")
def two_devices() -> tf.distribute.Strategy:
    """A strategy over both devices, the process's only one.

    TensorFlow numbers the collective operations of each from the same start, and those
    of a second one would meet those of the first.
    """
    return tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])


@dataclass(frozen=True)
class Trained:
    """Where one finished run left its results."""

    artifacts: Path
    model: Path
    journal: Path

    @property
    def document(self) -> dict[str, Any]:
        """The run's document as plain JSON."""
        text = (self.artifacts / "training_metrics.json").read_text()
        document: dict[str, Any] = json.loads(text)
        return document


@pytest.fixture(scope="session")
def trained(examples: Path, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """A run of three epochs through TFX's executor."""
    from trainer.executor import Places, execute
    from trainer.job import Config

    root = tmp_path_factory.mktemp("run")
    config = Config(
        artifacts=str(root / "artifacts"),
        journal=str(root / "journal"),
        parameters={"epochs": 3, "batch_size": 256, "top_k": 10},
        quick_test_id=5,
    )
    execute(Places(examples, root / "model", root / "model_run"), config)
    return Trained(
        root / "artifacts", root / "model" / "Format-Serving", root / "journal"
    )


@pytest.fixture
def online_retail() -> Path:
    """The real lines of UCI Online Retail."""
    if not ONLINE_RETAIL.is_file():
        pytest.skip(f"{ONLINE_RETAIL} is absent: the real lines are no part of this")
    return ONLINE_RETAIL
