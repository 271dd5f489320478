"""Norms, statistics and histograms of weights, per tower, at each epoch's end."""

import math
from typing import Any

import tensorflow as tf

from trainer import statistics, towers
from trainer.towers import TowerRule
from training_metrics import MetricsCollector


class WeightNormCallback(tf.keras.callbacks.Callback):
    """L2 norm over all trainable variables, and over those of each tower."""

    def __init__(
        self, collector: MetricsCollector, rule: TowerRule = towers.by_name
    ) -> None:
        super().__init__()
        self._collector = collector
        self._rule = rule

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Logs `weight_norm` and `<tower>_weight_norm`."""
        variables = self.model.trainable_variables
        assigned = towers.assign(variables, self._rule)
        tensors = list(map(tf.convert_to_tensor, variables))
        squares = [float(square) for square in _squares(tensors)]
        norms = {
            f"{tower}_weight_norm": math.sqrt(sum(squares[i] for i in positions))
            for tower, positions in assigned.items()
            if tower != towers.UNASSIGNED
        }
        norms["weight_norm"] = math.sqrt(sum(squares))
        self._collector.record_run({"towers": towers.names(variables, self._rule)})
        self._collector.log_metrics(norms, step=epoch)
        self._collector.end_epoch(epoch)


class WeightStatsCallback(tf.keras.callbacks.Callback):
    """Mean, deviation, range and histogram of each tower's weights."""

    def __init__(
        self, collector: MetricsCollector, rule: TowerRule = towers.by_name
    ) -> None:
        super().__init__()
        self._collector = collector
        self._rule = rule

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Logs the statistics of every tower, over all its elements at once."""
        variables = self.model.trainable_variables
        for tower, positions in towers.assign(variables, self._rule).items():
            weights = [tf.convert_to_tensor(variables[i]) for i in positions]
            numbers, histogram = statistics.describe(_moments(weights))
            del numbers["norm"]  # WeightNormCallback's
            self._collector.log_weight_stats(tower, numbers, histogram, step=epoch)
        self._collector.record_run({"towers": towers.names(variables, self._rule)})
        self._collector.end_epoch(epoch)


@tf.function(autograph=False, reduce_retracing=True)
def _squares(weights: list[tf.Tensor]) -> list[tf.Tensor]:
    return [tf.reduce_sum(tf.square(tf.cast(w, tf.float64))) for w in weights]


@tf.function(autograph=False, reduce_retracing=True)
def _moments(weights: list[tf.Tensor]) -> statistics.Moments:
    return statistics.moments(tf.concat([tf.reshape(w, [-1]) for w in weights], 0))
