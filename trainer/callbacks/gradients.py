"""Statistics of gradients over a whole epoch, counted inside the compiled step.

Nothing is computed twice and no batch returns to Python: while the step is traced,
the gradients on their way to the optimizer also flow into a few variables, which
are read and set back at each epoch's end.
"""

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from trainer import statistics, towers
from trainer.callbacks.hook import Pairs, observe, variable
from trainer.statistics import Moments
from trainer.towers import TowerRule
from training_metrics import MetricsCollector

REDUCTION = (
    "over all elements of the gradients of all steps of the epoch, summed over "
    "replicas, unscaled, before clipping, without steps that dynamic loss scaling "
    "dropped; norm is the L2 norm of all of them together"
)


class GradientStatsCallback(tf.keras.callbacks.Callback):
    """Mean, deviation, range, norm and histogram of each tower's gradients."""

    def __init__(
        self, collector: MetricsCollector, rule: TowerRule = towers.by_name
    ) -> None:
        super().__init__()
        self._collector = collector
        self._accumulator = GradientAccumulator(rule)
        self._release: Callable[[], None] | None = None

    def set_model(self, model: Any) -> None:
        """Starts observing before Keras compiles its step."""
        super().set_model(model)
        if self._release is None:
            self._release = observe(model, self._accumulator.add)
            self._collector.record_run({"reduction": {"gradient_stats": REDUCTION}})

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Logs the epoch's statistics and starts anew."""
        for tower, moments in self._accumulator.take().items():
            numbers, histogram = statistics.describe(moments)
            self._collector.log_gradient_stats(tower, numbers, histogram, step=epoch)
        self._collector.end_epoch(epoch)

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Gives the optimizer back as it was."""
        if self._release is not None:
            self._release()
            self._release = None


class GradientAccumulator:
    """Moments of each tower's gradients, added up in variables."""

    def __init__(self, rule: TowerRule) -> None:
        self._rule = rule
        self._moments: dict[str, Moments] = {}

    def add(self, pairs: Pairs, optimizer: Any) -> None:
        """Adds a step's gradients; called while the step is traced."""
        assigned = towers.assign([variable for _, variable in pairs], self._rule)
        for tower, positions in assigned.items():
            if tower not in self._moments:
                with tf.init_scope():  # outside of the function being traced
                    self._moments[tower] = _zero()
            state = self._moments[tower]
            step = statistics.gradient_moments([pairs[at][0] for at in positions])
            _assign(state, statistics.add(state, step))

    def take(self) -> dict[str, Moments]:
        """Moments since the last call, by tower; starts anew."""
        taken = {}
        for tower, state in self._moments.items():
            taken[tower] = Moments(*(held.read_value() for held in state))
            _assign(state, _nothing())
        return taken


def _nothing() -> Moments:
    return Moments(
        counts=tf.zeros([statistics.GRID_SIZE], tf.int64),
        elements=tf.constant(0, tf.int64),
        total=tf.constant(0.0, tf.float64),
        squares=tf.constant(0.0, tf.float64),
        smallest=tf.constant(float("inf"), tf.float32),
        largest=tf.constant(float("-inf"), tf.float32),
    )


def _zero() -> Moments:
    return Moments(*map(variable, _nothing()))


def _assign(state: Moments, values: Moments) -> None:
    for held, value in zip(state, values, strict=True):
        held.assign(value)
