"""Statistics of tensors, exact and cheap, as tensors inside a compiled step.

A bucket of the histogram is a float32's upper bits, so counting is one shift and
one bincount, with no range to choose; sums are float64. Every operation has a CPU,
a GPU and an XLA form. `V` is the number of rows of a table, `D` its width.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import tensorflow as tf

from training_metrics.histogram import GRID_SHIFT, GRID_SIZE, GridHistogram


class Moments(NamedTuple):
    """What adds up over tensors and steps.

    Attributes:
      counts: [GRID_SIZE] int64 elements of each bucket.
      elements: int64 number of elements.
      total: float64 sum.
      squares: float64 sum of squares.
      smallest: float32.
      largest: float32.
    """

    counts: tf.Tensor
    elements: tf.Tensor
    total: tf.Tensor
    squares: tf.Tensor
    smallest: tf.Tensor
    largest: tf.Tensor


def moments(values: tf.Tensor) -> Moments:
    """Moments of all elements of a float tensor of any shape."""
    flat = _flat(values)
    bucket = tf.bitwise.right_shift(tf.bitcast(flat, tf.uint32), GRID_SHIFT)
    return Moments(
        counts=_count(tf.cast(bucket, tf.int32)),
        elements=tf.size(flat, tf.int64),
        total=tf.reduce_sum(tf.cast(flat, tf.float64)),
        squares=sum_of_squares(flat),
        smallest=tf.reduce_min(flat),
        largest=tf.reduce_max(flat),
    )


def sum_of_squares(flat: tf.Tensor) -> tf.Tensor:
    """Float64 sum of the squares of [n] elements, without a tensor of squares."""
    row = tf.cast(flat, tf.float64)[tf.newaxis]
    return tf.linalg.matmul(row, row, transpose_b=True)[0, 0]


def _flat(values: tf.Tensor) -> tf.Tensor:
    return tf.reshape(tf.cast(values, tf.float32), [-1])


def _count(buckets: tf.Tensor) -> tf.Tensor:
    """[GRID_SIZE] int64 how often each of [n] int32 buckets occurs."""
    # tf.math.bincount makes its size a tensor, which XLA refuses.
    return tf.raw_ops.DenseBincount(
        input=buckets, size=GRID_SIZE, weights=tf.constant([], tf.int64)
    )


Gradient: TypeAlias = tf.Tensor | tf.IndexedSlices


def gradient_moments(gradients: Sequence[Gradient]) -> Moments:
    """Moments of the dense gradients that some gradients stand for, all together.

    Rows of a sparse gradient that share an index are added before they are counted,
    and rows without an index count as zeros.
    """
    known = moments(told_elements(gradients))
    absent = [_absent(g) for g in gradients if isinstance(g, tf.IndexedSlices)]
    return with_zeros(known, tf.add_n(absent)) if absent else known


def told_elements(gradients: Sequence[Gradient]) -> tf.Tensor:
    """[n] float32 elements of gradients one after the other.

    Those of a sparse one are its rows, once each; the zeros that it leaves out are not
    among them.
    """
    return tf.concat([_flat(_rows(gradient)) for gradient in gradients], axis=0)


def _rows(gradient: Gradient) -> tf.Tensor:
    """The gradient as it is, or the rows of a sparse one, those of an index added."""
    if not isinstance(gradient, tf.IndexedSlices):
        return gradient
    unique, place = tf.unique(gradient.indices)
    return tf.math.unsorted_segment_sum(
        tf.cast(gradient.values, tf.float32), place, tf.size(unique)
    )


def _absent(gradient: tf.IndexedSlices) -> tf.Tensor:
    """Int64 number of the elements that a sparse gradient does not name."""
    unique, _ = tf.unique(gradient.indices)
    rows = tf.cast(gradient.dense_shape[0], tf.int64)
    width = tf.reduce_prod(tf.cast(gradient.dense_shape[1:], tf.int64))
    return (rows - tf.size(unique, tf.int64)) * width


def with_zeros(known: Moments, zeros: tf.Tensor) -> Moments:
    """Moments with `zeros` (int64) further elements of value 0."""
    some = zeros > 0
    counts = tf.tensor_scatter_nd_add(known.counts, [[0]], [zeros])
    return known._replace(
        counts=counts,
        elements=known.elements + zeros,
        smallest=tf.where(some, tf.minimum(known.smallest, 0.0), known.smallest),
        largest=tf.where(some, tf.maximum(known.largest, 0.0), known.largest),
    )


def add(first: Moments, second: Moments) -> Moments:
    """Moments of the elements of both."""
    return Moments(
        counts=first.counts + second.counts,
        elements=first.elements + second.elements,
        total=first.total + second.total,
        squares=first.squares + second.squares,
        smallest=tf.minimum(first.smallest, second.smallest),
        largest=tf.maximum(first.largest, second.largest),
    )


def describe(of: Moments) -> tuple[dict[str, float], GridHistogram]:
    """Numbers and histogram of moments, on the host.

    Returns:
      `mean`, `std`, `min`, `max`, `norm` over all elements; NaN where any element
      is NaN. And the histogram.
    """
    histogram = GridHistogram.from_dense(of.counts.numpy())
    elements = max(int(of.elements), 1)
    total, squares = float(of.total), float(of.squares)
    mean = total / elements
    variance = squares / elements - mean * mean
    has_nan = histogram.nan_count > 0
    numbers = {
        "mean": mean,
        "std": math.sqrt(max(variance, 0.0)) if math.isfinite(variance) else math.nan,
        "min": math.nan if has_nan else float(of.smallest),
        "max": math.nan if has_nan else float(of.largest),
        "norm": math.sqrt(squares) if squares >= 0 else math.nan,
    }
    return numbers, histogram
