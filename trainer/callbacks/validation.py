"""Validation recall once an epoch, on a bounded sample, with its cost."""

import time
from typing import Any

import tensorflow as tf

from trainer import evaluation
from trainer.dataset import Split
from trainer.parameters import K_COUNTS


class ValidationRecallCallback(tf.keras.callbacks.Callback):
    """Adds `val_recall_at_k` and `validation_seconds` to `logs`.

    As they are part of `logs` from then on, list it before what reads `logs`.
    """

    def __init__(self, sample: Split, candidates: int) -> None:
        """Makes the callback.

        Args:
          sample: Examples of the eval split, a bounded number.
          candidates: Number of products in the catalogue.
        """
        super().__init__()
        self._sample = sample
        self._candidates = candidates

    def reductions(self) -> dict[str, str]:
        """How each number was made, for `MetricsCallback`."""
        text = f"mean over the same {len(self._sample)} eval examples each epoch"
        return {f"recall_at_{k}": text for k in K_COUNTS} | {
            "validation_seconds": "wall time of ranking the sample, once an epoch"
        }

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Ranks the sample against the whole catalogue."""
        begin = time.perf_counter()
        ranks = evaluation.retrieval_ranks(self.model, self._sample)
        found = evaluation.recall(ranks, K_COUNTS, self._candidates)
        numbers = evaluation.named("val_", found)
        numbers["validation_seconds"] = time.perf_counter() - begin
        if logs is not None:
            logs.update(numbers)
