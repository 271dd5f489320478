"""What observers see of gradients: under loss scaling, Keras 3, a loop of one's own."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.trainer.callbacks.by_hand import assert_epoch, expected, gradients_by_hand
from tests.trainer.callbacks.conftest import IDS, LABELS, Pair
from trainer.callbacks.diagnosis import DiagnosisCallback
from trainer.callbacks.gradients import GradientStatsCallback
from trainer.callbacks.metrics import MetricsCallback
from trainer.callbacks.weights import WeightNormCallback, WeightStatsCallback
from training_metrics import MetricsCollector, TrainingMetrics

Saved = Callable[[MetricsCollector], TrainingMetrics]
RATE = 0.1


class Keras3Pair(keras.Model):
    """The small model in Keras 3."""

    def __init__(self) -> None:
        super().__init__()
        self.user = keras.layers.Embedding(6, 2, name="user_tower")
        self.item = keras.layers.Embedding(9, 2, name="item_tower")

    def call(self, ids: Any) -> Any:
        """[n, 2] ids to [n] scores."""
        users, items = self.user(ids[:, 0]), self.item(ids[:, 1])
        return keras.ops.sum(users * items, axis=1)


def _keras3() -> tuple[Keras3Pair, Keras3Pair]:
    model, twin = Keras3Pair(), Keras3Pair()
    for each in (model, twin):
        each(np.zeros((1, 2), np.int32))
    twin.set_weights(model.get_weights())
    return model, twin


def _place(model: Any, word: str) -> int:
    paths = [getattr(v, "path", v.name) for v in model.trainable_variables]
    (place,) = (i for i, path in enumerate(paths) if word in path)
    return place


@pytest.mark.parametrize("jit", [False, True])
def test_a_keras_3_model_is_seen(
    batches: Any, collector: MetricsCollector, saved: Saved, jit: bool
) -> None:
    model, twin = _keras3()
    optimizer = keras.optimizers.SGD(RATE)
    model.compile(optimizer=optimizer, loss="mse", jit_compile=jit)
    callbacks = [
        MetricsCallback(collector),
        WeightNormCallback(collector),
        WeightStatsCallback(collector),
        GradientStatsCallback(collector),
        DiagnosisCallback(collector, metric="loss"),
    ]

    model.fit(batches, shuffle=False, callbacks=callbacks, verbose=0)

    document = saved(collector)
    steps = gradients_by_hand(twin, batches, RATE)
    for tower, word in (("query", "user"), ("candidate", "item")):
        assert_epoch(document, tower, expected(steps, _place(twin, word)))
    assert document.metrics["learning_rate"] == pytest.approx([RATE])
    assert set(document.gradient) == {"total", "query", "candidate"}
    assert [f.kind for f in document.diagnosis] == ["best_epoch"]


def test_keras_3_mixed_precision_is_seen_unscaled(
    batches: Any, collector: MetricsCollector, saved: Saved
) -> None:
    model, twin = _keras3()
    inner = keras.optimizers.SGD(RATE)
    scaled = keras.optimizers.LossScaleOptimizer(inner, initial_scale=256.0)
    model.compile(optimizer=scaled, loss="mse")

    callback = GradientStatsCallback(collector)
    model.fit(batches, shuffle=False, callbacks=[callback], verbose=0)

    steps = gradients_by_hand(twin, batches, RATE)
    values = expected(steps, _place(twin, "item"))
    assert_epoch(saved(collector), "candidate", values)


def test_a_step_that_overflows_is_dropped_and_no_finding(
    pair: Pair, batches: Any, collector: MetricsCollector, saved: Saved
) -> None:
    # 2^127 overflows in the first steps, and is halved by each that does.
    scaled = tf.keras.mixed_precision.LossScaleOptimizer(
        tf.keras.optimizers.SGD(1e-9), dynamic=True, initial_scale=2.0**127
    )
    large = batches.map(lambda ids, labels: (ids, 1e3 * labels))
    pair.compile(optimizer=scaled, loss="mse")
    callbacks = [
        GradientStatsCallback(collector),
        DiagnosisCallback(collector, metric="loss"),
    ]

    pair.fit(large.repeat(20), callbacks=callbacks, verbose=0)

    document = saved(collector)
    histogram = document.gradient_stats["candidate"].histogram
    all_steps = 60 * (9 * 2)
    assert 0 < sum(histogram.counts[0]) < all_steps
    assert not document.anomalies
    assert not [f for f in document.diagnosis if f.kind != "best_epoch"]


def test_float16_layers_are_counted_as_their_float32_weights(
    batches: Any, collector: MetricsCollector, saved: Saved
) -> None:
    policy = tf.keras.mixed_precision.global_policy()
    tf.keras.mixed_precision.set_global_policy("mixed_float16")
    try:
        model = Pair()
        scaled = tf.keras.mixed_precision.LossScaleOptimizer(
            tf.keras.optimizers.SGD(RATE), dynamic=False, initial_scale=64
        )
        model.compile(optimizer=scaled, loss="mse")
        callback = GradientStatsCallback(collector)
        model.fit(batches, callbacks=[callback], verbose=0)
    finally:
        tf.keras.mixed_precision.set_global_policy(policy)

    stats = saved(collector).gradient_stats["candidate"]
    assert sum(stats.histogram.counts[0]) == 3 * 9 * 2
    assert 0 < stats.series()["norm"][0] < 10


def test_a_loop_of_ones_own(
    pair: Pair, batches: Any, collector: MetricsCollector, saved: Saved
) -> None:
    twin = Pair()
    for each in (pair, twin):
        each(np.zeros((1, 2), np.int32))
    twin.set_weights(pair.get_weights())
    pair.optimizer = tf.keras.optimizers.SGD(RATE)
    callbacks = [GradientStatsCallback(collector), WeightNormCallback(collector)]
    for callback in callbacks:
        callback.set_model(pair)

    @tf.function
    def step(ids: tf.Tensor, labels: tf.Tensor) -> None:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(pair(ids) - labels))
        variables = pair.trainable_variables
        gradients = tape.gradient(loss, variables)
        pair.optimizer.apply_gradients(zip(gradients, variables, strict=True))

    for ids, labels in batches:
        step(ids, labels)
    for callback in callbacks:
        callback.on_epoch_end(0, {})
        callback.on_train_end()

    document = saved(collector)
    steps = gradients_by_hand(twin, batches, RATE)
    assert_epoch(document, "query", expected(steps, _place(twin, "user")))
    norm = np.sqrt(sum(np.sum(w.astype(float) ** 2) for w in pair.get_weights()))
    assert document.gradient["total"] == pytest.approx([norm])


def test_mirrored_replicas_are_seen_as_their_sum(
    collector: MetricsCollector, saved: Saved, two_devices: tf.distribute.Strategy
) -> None:
    assert two_devices.num_replicas_in_sync == 2
    alone = Pair()
    alone(np.zeros((1, 2), np.int32))
    with two_devices.scope():
        model = Pair()
        model(np.zeros((1, 2), np.int32))
    alone.set_weights(model.get_weights())
    with two_devices.scope():
        model.compile(optimizer=tf.keras.optimizers.SGD(RATE), loss="mse")
    batches = tf.data.Dataset.from_tensor_slices((IDS, LABELS)).batch(6)
    callbacks = [
        GradientStatsCallback(collector),
        DiagnosisCallback(collector, metric="loss"),
        WeightNormCallback(collector),
    ]

    model.fit(batches, callbacks=callbacks, verbose=0)

    document = saved(collector)
    steps = gradients_by_hand(alone, batches, RATE)
    for tower, word in (("query", "user"), ("candidate", "item")):
        assert_epoch(document, tower, expected(steps, _place(alone, word)))
    norm = np.sqrt(sum(np.sum(w.astype(float) ** 2) for w in alone.get_weights()))
    assert document.gradient["total"] == pytest.approx([norm])
