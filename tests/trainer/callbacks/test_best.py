"""BestWeightsCallback: the best epoch's weights, and which epoch that was."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.trainer.callbacks.conftest import Pair
from trainer.callbacks.best import BestWeightsCallback
from training_metrics import MetricsCollector, TrainingMetrics

Saved = Callable[[MetricsCollector], TrainingMetrics]


def _run(callback: Any, model: Any, values: list[float]) -> list[Any]:
    """Gives the model other weights each epoch; returns those of each epoch."""
    callback.set_model(model)
    model(np.zeros((1, 2), np.int32))
    seen = []
    for epoch, value in enumerate(values):
        model.set_weights([weight + 1 for weight in model.get_weights()])
        seen.append(model.get_weights()[0])
        callback.on_epoch_end(epoch, {"val_recall": value, "val_loss": value})
    callback.on_train_end()
    return seen


@pytest.mark.parametrize(
    ("metric", "best"), [("val_recall", 1), ("val_loss", 2), ("absent", 3)]
)
def test_the_best_epoch_is_restored(
    pair: Pair, collector: MetricsCollector, saved: Saved, metric: str, best: int
) -> None:
    seen = _run(
        BestWeightsCallback(collector, metric), pair, [0.2, 0.5, 0.1, float("nan")]
    )

    np.testing.assert_array_equal(pair.get_weights()[0], seen[best])
    restored = saved(collector).run.get("restored")
    assert restored is None or restored["epoch"] == best
