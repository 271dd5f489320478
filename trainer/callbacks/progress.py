"""Tells people how far training is, once an epoch."""

import time
from typing import Any

import tensorflow as tf

from trainer import progress

SHOWN = ("loss", "val_loss", "val_recall_at_100", "val_rmse", "val_auc_roc")


class ProgressCallback(tf.keras.callbacks.Callback):
    """Reports each epoch with its main numbers and seconds; belongs last."""

    def __init__(self, epochs: int) -> None:
        super().__init__()
        self._epochs = epochs
        self._begin = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Starts the clock."""
        self._begin = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Reports the epoch; `done` counts finished epochs."""
        known = logs or {}
        numbers = {name: float(known[name]) for name in SHOWN if name in known}
        numbers["seconds"] = time.perf_counter() - self._begin
        progress.report(
            "train", "epoch", done=epoch + 1, of=self._epochs, metrics=numbers
        )
