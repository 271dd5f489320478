"""Takes a checkpoint of the run at each epoch's end, and goes on from one."""

from typing import Any

import tensorflow as tf

from trainer.callbacks.best import BestWeightsCallback
from trainer.callbacks.diagnosis import DiagnosisCallback
from trainer.checkpoint import Checkpoint
from trainer.checkpoint_writer import CheckpointWriter
from training_metrics import MetricsCollector


class CheckpointCallback(tf.keras.callbacks.Callback):
    """Hands the run's state to the writer; list it last.

    Copies the weights and the optimizer's state at each epoch's end, and holds them
    until the writer is done.
    """

    def __init__(
        self,
        writer: CheckpointWriter,
        collector: MetricsCollector,
        fingerprint: str,
        diagnosis: DiagnosisCallback,
        best: BestWeightsCallback | None,
    ) -> None:
        """Makes the callback.

        Args:
          writer: Writes what it is handed.
          collector: Whose journal goes into the checkpoint.
          fingerprint: Of data and parameters, see `trainer.checkpoint`.
          diagnosis: Whose knowledge goes into the checkpoint.
          best: The same; None where the run keeps no best weights.
        """
        super().__init__()
        self._writer = writer
        self._collector = collector
        self._fingerprint = fingerprint
        self._diagnosis = diagnosis
        self._best = best

    def restore(self, found: Checkpoint) -> None:
        """Sets what the callbacks knew; for the model see `restore_model`."""
        self._diagnosis.restore(found.facts["diagnosis"])
        if self._best is not None:
            self._best.restore(found.facts["best"], list(found.best_weights))

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Takes the checkpoint."""
        best, best_weights = self._best.state() if self._best else (None, [])
        self._writer.offer(
            Checkpoint(
                epochs=epoch + 1,
                weights=self.model.get_weights(),
                optimizer=[v.numpy() for v in self.model.optimizer.variables],
                best_weights=best_weights,
                facts={
                    "logs": {name: float(v) for name, v in (logs or {}).items()},
                    "diagnosis": self._diagnosis.state(),
                    "best": best,
                },
                journal=self._collector.journal_so_far(),
                fingerprint=self._fingerprint,
            )
        )


def restore_model(model: tf.keras.Model, found: Checkpoint) -> None:
    """Sets the variables of a model that has been built, and its optimizer's.

    Raises:
      ValueError: They are not those of this model.
    """
    model.set_weights(list(found.weights))
    model.optimizer.build(model.trainable_variables)
    variables = model.optimizer.variables
    for variable, value in zip(variables, found.optimizer, strict=True):
        variable.assign(value)
