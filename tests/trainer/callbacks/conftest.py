"""A small Keras model with two towers, and a collector that writes for real."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from training_metrics import MetricsCollector, TrainingMetrics, read_document
from training_metrics.storage import document_uri


@pytest.fixture
def collector(tmp_path: Path) -> MetricsCollector:
    """Writes into the test's own folder."""
    return MetricsCollector(str(tmp_path / "artifacts"), journal=tmp_path / "journal")


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[MetricsCollector], TrainingMetrics]:
    """Saves a collector and reads its document back."""

    def save(collector: MetricsCollector) -> TrainingMetrics:
        collector.save()
        return read_document(document_uri(str(tmp_path / "artifacts"))).document

    return save


class Pair(tf.keras.Model):
    """Scores a pair of ids: an embedding a tower, and one variable of no tower."""

    def __init__(self) -> None:
        super().__init__()
        self.user = tf.keras.layers.Embedding(6, 2, name="user_tower")
        self.item = tf.keras.layers.Embedding(9, 2, name="item_tower")
        self.scale = self.add_weight(name="scale", shape=(), initializer="ones")

    def call(self, ids: tf.Tensor) -> tf.Tensor:
        """[n, 2] ids to [n] scores."""
        users, items = self.user(ids[:, 0]), self.item(ids[:, 1])
        return self.scale * tf.reduce_sum(users * items, axis=1)


@pytest.fixture
def pair() -> Pair:
    """A fresh model with fixed weights."""
    tf.keras.utils.set_random_seed(3)
    return Pair()


IDS = np.array([[1, 1], [1, 2], [2, 8], [5, 1], [1, 1], [3, 3]], np.int32)
LABELS = np.array([1.0, 0.0, 1.0, 0.5, -1.0, 2.0], np.float32)


@pytest.fixture
def batches() -> tf.data.Dataset:
    """Three batches of two, with repeated ids."""
    return tf.data.Dataset.from_tensor_slices((IDS, LABELS)).batch(2)
