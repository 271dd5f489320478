"""Logs what Keras logs, the learning rate, and how each number was reduced."""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from training_metrics import MetricsCollector


class MetricsCallback(tf.keras.callbacks.Callback):
    """Forwards every number of `logs` at each epoch's end."""

    def __init__(
        self,
        collector: MetricsCollector,
        reductions: Mapping[str, str] | None = None,
    ) -> None:
        """Makes the callback.

        Args:
          collector: Receives the numbers.
          reductions: Name to how its number was reduced, such as "mean over
            examples of the epoch". A name that is not given is described by what
            Keras did: one of the model's metrics, or the last batch's value.
        """
        super().__init__()
        self._collector = collector
        self._reductions = dict(reductions or {})

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Logs the epoch's numbers under its own number, from 0."""
        numbers = dict(logs or {})
        self._collector.record_run(
            {"reduction": {name: self._reduction(name) for name in numbers}}
        )
        numbers["learning_rate"] = learning_rate(self.model.optimizer)
        self._collector.log_metrics(numbers, step=epoch)
        self._collector.end_epoch(epoch)

    def _reduction(self, name: str) -> str:
        bare = name.removeprefix("val_")
        if bare in self._reductions:
            return self._reductions[bare]
        kinds = {metric.name: type(metric).__name__ for metric in self.model.metrics}
        if bare in kinds:
            return f"Keras metric {kinds[bare]} over the epoch"
        return "last batch of the epoch"


def learning_rate(optimizer: Any) -> float:
    """The rate of the latest step, whatever schedule or wrapper gives it."""
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    return float(tf.convert_to_tensor(inner.learning_rate))
