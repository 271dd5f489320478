"""MetricsCallback: all of `logs`, learning rate, and how numbers were reduced."""

from collections.abc import Callable
from typing import Any

import pytest
import tensorflow as tf

from tests.trainer.callbacks.conftest import Pair
from trainer.callbacks.metrics import MetricsCallback
from training_metrics import MetricsCollector, TrainingMetrics

Saved = Callable[[MetricsCollector], TrainingMetrics]


def test_all_numbers_are_logged_with_their_reduction(
    pair: Pair, batches: Any, collector: MetricsCollector, saved: Saved
) -> None:
    pair.compile(optimizer="sgd", loss="mse", metrics=["mae"])

    pair.fit(
        batches,
        epochs=2,
        validation_data=batches,
        validation_freq=2,
        callbacks=[MetricsCallback(collector)],
        verbose=0,
    )

    document = saved(collector)
    assert len(document.loss["loss"]) == 2
    assert document.loss["val_loss"][0] is None
    assert document.metrics["learning_rate"] == pytest.approx([0.01, 0.01])
    assert document.run["reduction"]["mae"].startswith("Keras metric ")


def test_a_schedule_is_followed(
    pair: Pair, batches: Any, collector: MetricsCollector, saved: Saved
) -> None:
    halve = tf.keras.optimizers.schedules.ExponentialDecay(1.0, 3, 0.5, staircase=True)
    pair.compile(optimizer=tf.keras.optimizers.SGD(halve), loss="mse")

    pair.fit(batches, epochs=2, callbacks=[MetricsCallback(collector)], verbose=0)

    # The rate of each epoch's last step; a step takes the rate of those before it.
    assert saved(collector).metrics["learning_rate"] == [1.0, 0.5]


def test_a_number_that_no_metric_made_is_called_the_last_batchs(
    pair: Pair, collector: MetricsCollector, saved: Saved
) -> None:
    pair.compile(optimizer="sgd", loss="mse")
    callback = MetricsCallback(collector, {"given": "sum over batches"})
    callback.set_model(pair)

    callback.on_epoch_end(0, {"other": 1.0, "val_given": 2.0})

    reduction = saved(collector).run["reduction"]
    assert reduction["other"] == "last batch of the epoch"
    assert reduction["val_given"] == "sum over batches"
