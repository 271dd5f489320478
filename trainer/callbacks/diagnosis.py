"""Findings about a run: where it went wrong, and where it was best.

Collapse, the onset of numbers that are not finite, overfitting and the best epoch
go to the document's `diagnosis`, each with its series, tower or variable.
"""

from collections.abc import Callable, Mapping
from typing import Any

import tensorflow as tf

from trainer import diagnosis, statistics, towers
from trainer.callbacks.hook import Pairs, observe, variable
from trainer.diagnosis import History
from trainer.towers import TowerRule
from training_metrics import MetricsCollector


class DiagnosisCallback(tf.keras.callbacks.Callback):
    """Watches `logs` and gradients; logs its findings when training ends.

    List it after what adds to `logs`. Findings of a run that fails are kept too:
    what begins at an epoch is logged at that epoch's end.
    """

    def __init__(
        self,
        collector: MetricsCollector,
        metric: str = "val_loss",
        rule: TowerRule = towers.by_name,
    ) -> None:
        """Makes the callback.

        Args:
          collector: Receives the findings.
          metric: Name in `logs` that tells the best epoch, see
            `trainer.diagnosis.least_is_best`.
          rule: Which tower a variable belongs to.
        """
        super().__init__()
        self._collector = collector
        self._history = History(metric)
        self._watch = GradientWatch(rule)
        self._release: Callable[[], None] | None = None

    def state(self) -> dict[str, Any]:
        """What it has seen so far, for a checkpoint, in what JSON holds."""
        return self._history.state()

    def restore(self, state: Mapping[str, Any]) -> None:
        """Goes on from what `state` gave."""
        self._history.restore(state)

    def set_model(self, model: Any) -> None:
        """Starts observing before Keras compiles its step."""
        super().set_model(model)
        if self._release is None:
            self._release = observe(model, self._watch.add)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Logs what began in this epoch."""
        found = self._history.add(epoch, logs or {}, self._watch.take())
        for finding in found:
            self._collector.log_diagnosis(finding)
        self._collector.end_epoch(epoch)

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Logs what only the whole run tells, and gives the optimizer back."""
        for finding in self._history.finish():
            self._collector.log_diagnosis(finding)
        if self._release is not None:
            self._release()
            self._release = None


class GradientWatch:
    """Each tower's gradient norm and each variable's first step without numbers."""

    def __init__(self, rule: TowerRule) -> None:
        self._rule = rule
        self._names: list[str] = []
        self._towers: list[str] = []
        self._state: dict[str, tf.Variable] = {}

    def add(self, pairs: Pairs, optimizer: Any) -> None:
        """Watches a step's gradients; called while the step is traced."""
        assigned = towers.assign([variable for _, variable in pairs], self._rule)
        if not self._state:
            self._names = [towers.variable_name(each) for _, each in pairs]
            self._towers = list(assigned)
            with tf.init_scope():  # outside of the function being traced
                self._state = _variables(len(pairs), len(assigned))
        squares = [
            statistics.sum_of_squares(
                statistics.told_elements([pairs[at][0] for at in positions])
            )
            for positions in assigned.values()
        ]
        self._state["squares"].assign_add(tf.stack(squares))
        finite = tf.stack([_is_finite(gradient) for gradient, _ in pairs])
        step = tf.cast(optimizer.iterations, tf.int64)
        onset = self._state["onset"]
        onset.assign(tf.where(~finite & (onset < 0), step, onset))

    def take(self) -> diagnosis.Gradients:
        """What was seen since the last call; onsets are kept for good."""
        if not self._state:
            return diagnosis.Gradients({}, {})
        squares = self._state["squares"].numpy()
        self._state["squares"].assign(tf.zeros_like(squares))
        onset = self._state["onset"].numpy()
        norms = zip(self._towers, squares, strict=True)
        steps = zip(self._names, onset, strict=True)
        return diagnosis.Gradients(
            {tower: float(square) ** 0.5 for tower, square in norms},
            {name: int(step) for name, step in steps if step >= 0},
        )


def _variables(variables: int, tower_count: int) -> dict[str, tf.Variable]:
    return {
        "squares": variable(tf.zeros([tower_count], tf.float64)),
        "onset": variable(tf.fill([variables], tf.constant(-1, tf.int64))),
    }


def _is_finite(gradient: tf.Tensor | tf.IndexedSlices) -> tf.Tensor:
    values = gradient.values if isinstance(gradient, tf.IndexedSlices) else gradient
    return tf.reduce_all(tf.math.is_finite(values))
