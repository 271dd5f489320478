"""Gradients of the small model computed step by step, and statistics held to them."""

from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from training_metrics import TrainingMetrics


def gradients_by_hand(model: Any, batches: tf.data.Dataset, rate: float) -> list[Any]:
    """Dense gradients of each step of plain gradient descent, per variable."""
    steps = []
    for ids, labels in batches:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(ids) - labels))
        variables = model.trainable_variables
        found = [tf.convert_to_tensor(g) for g in tape.gradient(loss, variables)]
        for variable, gradient in zip(variables, found, strict=True):
            variable.assign_sub(rate * gradient)
        steps.append([g.numpy() for g in found])
    return steps


def expected(steps: list[list[np.ndarray]], variable: int) -> np.ndarray:
    """All elements of one variable's gradients."""
    return np.concatenate([step[variable].ravel() for step in steps])


def assert_epoch(document: TrainingMetrics, tower: str, values: np.ndarray) -> None:
    """The last epoch's gradient statistics of a tower are those of `values`."""
    stats = document.gradient_stats[tower]
    wide = values.astype(np.float64)
    found = {name: series[-1] for name, series in stats.series().items()}
    assert found["mean"] == pytest.approx(wide.mean(), rel=1e-5, abs=1e-8)
    assert found["std"] == pytest.approx(wide.std(), rel=1e-5)
    assert (found["min"], found["max"]) == pytest.approx((wide.min(), wide.max()))
    assert found["norm"] == pytest.approx(np.linalg.norm(wide), rel=1e-5)
    assert sum(stats.histogram.counts[-1]) == values.size
