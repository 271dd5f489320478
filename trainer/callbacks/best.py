"""Keeps the weights of the best epoch and ends training with them."""

import math
from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from trainer.diagnosis import least_is_best
from training_metrics import MetricsCollector


class BestWeightsCallback(tf.keras.callbacks.Callback):
    """Restores the best epoch's weights when training ends.

    The document's series stay those of training; `run.restored` says which epoch
    the final numbers and the exported model belong to. List it after what adds to
    `logs`. Holds one copy of the weights in memory.
    """

    def __init__(self, collector: MetricsCollector, metric: str) -> None:
        """Makes the callback.

        Args:
          collector: Receives which epoch was restored.
          metric: Name in `logs`; for whether least or greatest is best see
            `trainer.diagnosis.least_is_best`. Epochs without it, or where it is not
            finite, are never best.
        """
        super().__init__()
        self._collector = collector
        self._metric = metric
        self._sign = -1.0 if least_is_best(metric) else 1.0
        self._best = -math.inf
        self._epoch: int | None = None
        self._weights: list[Any] = []

    def state(self) -> tuple[dict[str, Any], list[Any]]:
        """The best epoch so far, for a checkpoint: facts for JSON, and its weights."""
        return {"epoch": self._epoch, "best": self._best}, self._weights

    def restore(self, facts: Mapping[str, Any], weights: list[Any]) -> None:
        """Goes on from what `state` gave."""
        self._epoch, self._best = facts["epoch"], facts["best"]
        self._weights = weights

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Keeps the weights if this epoch is better than all before."""
        value = self._sign * float((logs or {}).get(self._metric, math.nan))
        if math.isfinite(value) and value > self._best:
            self._best, self._epoch = value, epoch
            self._weights = self.model.get_weights()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Sets the kept weights, if any epoch was best at all."""
        if self._epoch is None:
            return
        self.model.set_weights(self._weights)
        self._collector.record_run(
            {
                "restored": {
                    "epoch": self._epoch,
                    "metric": self._metric,
                    "value": self._sign * self._best,
                }
            }
        )
