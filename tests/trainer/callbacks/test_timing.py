"""TimingCallback: times of the steps alone."""

from collections.abc import Callable
from typing import Any

from tests.trainer.callbacks.conftest import Pair
from trainer.callbacks.timing import TimingCallback
from training_metrics import MetricsCollector, TrainingMetrics


def test_an_epoch_is_its_steps(
    pair: Pair,
    batches: Any,
    collector: MetricsCollector,
    saved: Callable[[MetricsCollector], TrainingMetrics],
) -> None:
    pair.compile(optimizer="sgd", loss="mse")

    pair.fit(batches, callbacks=[TimingCallback(collector)], verbose=0)

    (epoch,) = saved(collector).metrics["epoch_seconds"]
    (step,) = saved(collector).metrics["seconds_per_step"]
    assert 0 < 2.9 * step < epoch < 3.1 * step
