"""The callbacks leave one document, in whatever order a user lists them."""

import itertools
from pathlib import Path
from typing import Any

import tensorflow as tf

from tests.trainer.callbacks.conftest import Pair
from trainer.callbacks.diagnosis import DiagnosisCallback
from trainer.callbacks.gradients import GradientStatsCallback
from trainer.callbacks.metrics import MetricsCallback
from trainer.callbacks.weights import WeightNormCallback, WeightStatsCallback
from training_metrics import MetricsCollector, read_document
from training_metrics.storage import document_uri

KINDS = (
    MetricsCallback,
    WeightNormCallback,
    WeightStatsCallback,
    GradientStatsCallback,
    DiagnosisCallback,
)
PARTS = {"loss", "metrics", "gradient", "weight_stats", "gradient_stats", "diagnosis"}


def test_every_order_leaves_the_same_document(tmp_path: Path, batches: Any) -> None:
    found = []
    # Each kind in each place, beside each other kind in both orders.
    orders = list(itertools.permutations(KINDS))[::7]
    for number, order in enumerate(orders):
        tf.keras.utils.set_random_seed(3)
        model = Pair()
        model.compile(optimizer="sgd", loss="mse", run_eagerly=True)
        collector = MetricsCollector(str(tmp_path / str(number)))
        callbacks = [kind(collector) for kind in order]
        model.fit(batches, epochs=2, shuffle=False, callbacks=callbacks, verbose=0)
        collector.save()
        document = read_document(document_uri(str(tmp_path / str(number)))).document
        found.append(document.model_dump(mode="json", include=PARTS))

    assert len(found) == 18
    assert all(document == found[0] for document in found)
    assert found[0]["gradient_stats"] and found[0]["weight_stats"]
