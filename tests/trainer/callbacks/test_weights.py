"""Weight norms and statistics against NumPy."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.trainer.callbacks.conftest import Pair
from trainer.callbacks.weights import WeightNormCallback, WeightStatsCallback
from training_metrics import MetricsCollector, TrainingMetrics

Saved = Callable[[MetricsCollector], TrainingMetrics]


@pytest.mark.parametrize("order", [1, -1])
def test_weights_are_described_whatever_the_order(
    pair: Pair, batches: Any, collector: MetricsCollector, saved: Saved, order: int
) -> None:
    callbacks = [WeightNormCallback(collector), WeightStatsCallback(collector)]
    pair.compile(optimizer="sgd", loss="mse")

    pair.fit(batches, callbacks=callbacks[::order], verbose=0)

    document = saved(collector)
    users = pair.user.get_weights()[0]
    squares = sum(np.sum(np.square(w, dtype=np.float64)) for w in pair.get_weights())
    assert document.gradient["total"] == pytest.approx([np.sqrt(squares)])
    assert document.gradient["query"] == pytest.approx([np.linalg.norm(users)])
    stats = document.weight_stats["query"]
    assert stats.series()["mean"] == pytest.approx([users.mean()], rel=1e-5)
    assert stats.series()["std"] == pytest.approx([users.std()], rel=1e-5)
    assert sum(stats.histogram.counts[0]) == users.size


def test_a_variable_of_no_tower_is_reported(
    pair: Pair, batches: Any, collector: MetricsCollector, saved: Saved
) -> None:
    pair.compile(optimizer="sgd", loss="mse")

    pair.fit(batches, callbacks=[WeightNormCallback(collector)], verbose=0)

    (name,) = saved(collector).run["towers"]["unassigned"]
    assert "scale" in name
