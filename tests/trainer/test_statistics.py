"""Statistics of tensors against NumPy, odd cases included."""

import numpy as np
import pytest
import tensorflow as tf

from trainer import statistics
from training_metrics import GridHistogram


def _expected(values: np.ndarray) -> dict[str, float]:
    wide = values.astype(np.float64)
    return {
        "mean": wide.mean(),
        "std": wide.std(),
        "min": wide.min(),
        "max": wide.max(),
        "norm": float(np.linalg.norm(wide)),
    }


@pytest.mark.parametrize("jit", [False, True])
def test_moments_are_those_of_numpy(jit: bool) -> None:
    values = np.random.default_rng(1).normal(3.0, 0.01, (50, 8)).astype(np.float32)

    compiled = tf.function(statistics.moments, jit_compile=jit)
    numbers, histogram = statistics.describe(compiled(tf.constant(values)))

    assert numbers == pytest.approx(_expected(values), rel=1e-9)
    assert histogram == GridHistogram.of(values)


def test_a_sparse_gradient_counts_as_the_dense_one_it_stands_for() -> None:
    slices = tf.IndexedSlices(
        values=tf.constant([[1.0, 2.0], [10.0, -20.0], [3.0, 4.0]]),
        indices=tf.constant([4, 1, 4]),
        dense_shape=tf.constant([6, 2]),
    )
    dense = tf.convert_to_tensor(slices).numpy()

    found, histogram = statistics.describe(statistics.gradient_moments([slices]))

    assert found == pytest.approx(_expected(dense))
    assert histogram == GridHistogram.of(dense)
    assert histogram.finite_count == 12


@pytest.mark.parametrize("jit", [False, True])
def test_gradients_of_one_tower_are_counted_together(jit: bool) -> None:
    rows = tf.constant([[1.0, 2.0], [10.0, -20.0], [3.0, 4.0]])
    slices = tf.IndexedSlices(rows, tf.constant([4, 1, 4]), tf.constant([6, 2]))
    kernel, bias = tf.constant([[0.5, -7.0]]), tf.constant(3.0, tf.float16)
    gradients = [kernel, slices, bias]
    dense = [np.ravel(tf.convert_to_tensor(g).numpy()) for g in gradients]

    compiled = tf.function(statistics.gradient_moments, jit_compile=jit)
    numbers, histogram = statistics.describe(compiled(gradients))

    whole = np.concatenate(dense).astype(np.float32)
    assert numbers == pytest.approx(_expected(whole), rel=1e-9)
    assert histogram == GridHistogram.of(whole)


def test_half_precision_is_counted_in_single() -> None:
    numbers, _ = statistics.describe(
        statistics.moments(tf.constant([0.5, 1.5], tf.float16))
    )

    assert numbers["mean"] == 1.0


def test_what_is_not_finite_is_counted_apart() -> None:
    values = tf.constant([1.0, np.nan, np.inf, -np.inf, np.inf])

    numbers, histogram = statistics.describe(statistics.moments(values))

    assert np.isnan(numbers["mean"])
    assert np.isnan(numbers["max"])
    assert (histogram.finite_count, histogram.nan_count) == (1, 1)
    assert (histogram.pos_inf_count, histogram.neg_inf_count) == (2, 1)


def test_adding_moments_is_counting_both() -> None:
    first, second = tf.constant([1.0, -2.0]), tf.constant([[5.0]])

    added = statistics.add(statistics.moments(first), statistics.moments(second))

    numbers, histogram = statistics.describe(added)
    assert numbers == pytest.approx(_expected(np.array([1.0, -2.0, 5.0])))
    assert histogram == GridHistogram.of(np.array([1.0, -2.0, 5.0], np.float32))
