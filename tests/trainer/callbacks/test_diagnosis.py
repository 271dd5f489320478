"""DiagnosisCallback in a real fit: NaN found with its epoch, step and variable."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from tests.trainer.callbacks.conftest import IDS, LABELS, Pair
from trainer.callbacks.diagnosis import DiagnosisCallback
from training_metrics import MetricsCollector, TrainingMetrics


def test_nan_is_found_where_it_began(
    pair: Pair,
    collector: MetricsCollector,
    saved: Callable[[MetricsCollector], TrainingMetrics],
) -> None:
    labels = np.tile(LABELS, 2)
    labels[8] = np.nan  # second epoch, second of three steps: the fifth in all
    batches = tf.data.Dataset.from_tensor_slices((np.tile(IDS, (2, 1)), labels))
    pair.compile(optimizer="sgd", loss="mse")

    pair.fit(
        batches.batch(2),
        epochs=2,
        steps_per_epoch=3,
        callbacks=[DiagnosisCallback(collector, metric="loss")],
        verbose=0,
    )

    found = [finding.model_dump() for finding in saved(collector).diagnosis]
    variables = [item for item in found if item.get("variable")]
    assert {(item["epoch"], item["step"]) for item in variables} == {(1, 4)}
    assert len(variables) == 3
    best = [item for item in found if item["kind"] == "best_epoch"]
    assert [item["epoch"] for item in best] == [0]
