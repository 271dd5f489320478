"""How long an epoch and a step took, as series of the document."""

import time
from typing import Any

import tensorflow as tf

from training_metrics import MetricsCollector


class TimingCallback(tf.keras.callbacks.Callback):
    """Logs `epoch_seconds`, of the steps alone, and `seconds_per_step`, their mean.

    Validation is not counted; the first epoch includes compiling the step.
    """

    def __init__(self, collector: MetricsCollector) -> None:
        super().__init__()
        self._collector = collector
        self._begin = self._end = 0.0
        self._steps = 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Starts the clock."""
        self._begin = self._end = time.perf_counter()
        self._steps = 0

    def on_train_batch_end(
        self, batch: int, logs: dict[str, Any] | None = None
    ) -> None:
        """Notes the end of the latest step."""
        self._end = time.perf_counter()
        self._steps += 1

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Logs the epoch's times."""
        seconds = self._end - self._begin
        numbers = {"epoch_seconds": seconds}
        if self._steps:
            numbers["seconds_per_step"] = seconds / self._steps
        self._collector.log_metrics(numbers, step=epoch)
        self._collector.end_epoch(epoch)
