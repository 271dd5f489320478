"""Gradient statistics against gradients computed by hand."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from tests.trainer.callbacks.by_hand import assert_epoch, expected, gradients_by_hand
from tests.trainer.callbacks.conftest import Pair
from trainer.callbacks.gradients import GradientStatsCallback
from training_metrics import MetricsCollector, TrainingMetrics

Saved = Callable[[MetricsCollector], TrainingMetrics]
RATE = 0.1


def _fit(
    model: Any, batches: Any, callback: Any, epochs: int = 1, **compile_with: Any
) -> None:
    how = {"optimizer": tf.keras.optimizers.SGD(RATE), "loss": "mse", **compile_with}
    model.compile(**how)
    model.fit(batches, epochs=epochs, shuffle=False, callbacks=[callback], verbose=0)


@pytest.mark.parametrize("how", [{}, {"jit_compile": True}, {"run_eagerly": True}])
def test_an_epoch_is_what_its_steps_add_up_to(
    pair: Pair, batches: Any, collector: MetricsCollector, saved: Saved, how: Any
) -> None:
    twin = Pair()
    twin(np.zeros((1, 2), np.int32))
    pair(np.zeros((1, 2), np.int32))
    twin.set_weights(pair.get_weights())

    _fit(pair, batches, GradientStatsCallback(collector), **how)

    steps = gradients_by_hand(twin, batches, RATE)
    document = saved(collector)
    names = [variable.name for variable in twin.trainable_variables]
    for tower, word in (("query", "user"), ("candidate", "item")):
        (place,) = (i for i, name in enumerate(names) if word in name)
        assert_epoch(document, tower, expected(steps, place))


def test_each_epoch_starts_anew(
    pair: Pair, batches: Any, collector: MetricsCollector, saved: Saved
) -> None:
    _fit(pair, batches, GradientStatsCallback(collector), epochs=2)

    counts = saved(collector).gradient_stats["candidate"].histogram.counts
    assert [sum(row) for row in counts] == [3 * 9 * 2] * 2  # steps, rows, width


def test_gradients_are_seen_before_clipping(
    pair: Pair, batches: Any, collector: MetricsCollector, saved: Saved
) -> None:
    optimizer = tf.keras.optimizers.SGD(RATE, clipvalue=1e-6)

    _fit(pair, batches, GradientStatsCallback(collector), optimizer=optimizer)

    document = saved(collector)
    assert document.gradient_stats["candidate"].series()["max"][0] > 1e-4
    assert "before clipping" in document.run["reduction"]["gradient_stats"]


def test_loss_scaling_is_taken_out(
    pair: Pair, batches: Any, collector: MetricsCollector, saved: Saved
) -> None:
    twin = Pair()
    twin(np.zeros((1, 2), np.int32))
    pair(np.zeros((1, 2), np.int32))
    twin.set_weights(pair.get_weights())
    scaled = tf.keras.mixed_precision.LossScaleOptimizer(
        tf.keras.optimizers.SGD(RATE), dynamic=False, initial_scale=1024
    )

    _fit(pair, batches, GradientStatsCallback(collector), optimizer=scaled)

    steps = gradients_by_hand(twin, batches, RATE)
    names = [variable.name for variable in twin.trainable_variables]
    (place,) = (i for i, name in enumerate(names) if "item" in name)
    assert_epoch(saved(collector), "candidate", expected(steps, place))


def test_the_optimizer_is_given_back(
    pair: Pair, batches: Any, collector: MetricsCollector
) -> None:
    optimizer = tf.keras.optimizers.SGD(RATE)
    before = optimizer.apply_gradients

    _fit(pair, batches, GradientStatsCallback(collector), optimizer=optimizer)

    assert optimizer.apply_gradients == before


def test_a_second_fit_with_a_compiled_step_is_counted(
    pair: Pair, batches: Any, collector: MetricsCollector, saved: Saved
) -> None:
    pair.compile(optimizer=tf.keras.optimizers.SGD(RATE), loss="mse")
    pair.fit(batches, verbose=0)

    callback = GradientStatsCallback(collector)
    pair.fit(batches, callbacks=[callback], verbose=0)

    assert sum(saved(collector).gradient_stats["query"].histogram.counts[0]) == 36
