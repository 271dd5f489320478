"""The universal grid: exact counts of every type and range, exact merging."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from training_metrics.histogram import (
    GRID_SHIFT,
    GRID_SIZE,
    GridHistogram,
    lower_edge,
)

TYPES = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?"]
arrays = st.sampled_from(TYPES).flatmap(
    lambda dtype: hnp.arrays(np.dtype(dtype), st.integers(0, 40))
)


def contents(histogram):
    """{position: count}"""
    pairs = zip(histogram.positions.tolist(), histogram.counts.tolist(), strict=True)
    return dict(pairs)


def position_of(value) -> int:
    """By comparing with the edges: slow, exact, and no bits involved."""
    magnitude, low, high = abs(value), 0, 9208
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if lower_edge(middle) <= magnitude else (low, middle)
    return -low if value < 0 else low


@given(arrays)
def test_each_element_is_in_the_bucket_whose_edges_hold_it(array):
    histogram = GridHistogram.of(array)
    expected: dict[int, int] = {}
    for value in array.tolist():
        if value == value and abs(value) != np.inf:
            position = position_of(value)
            expected[position] = expected.get(position, 0) + 1
    assert contents(histogram) == expected


@given(hnp.arrays(np.float32, st.integers(0, 60)))
def test_dense_counts_give_the_same_histogram(array):
    array = np.where(np.isnan(array), np.float32(np.nan), array).astype(np.float32)
    dense = np.bincount(array.view(np.uint32) >> GRID_SHIFT, minlength=GRID_SIZE)
    assert GridHistogram.from_dense(dense) == GridHistogram.of(array)


@given(arrays, arrays)
def test_adding_is_counting_together(one, other):
    together = GridHistogram.of(one) + GridHistogram.of(other)
    assert together == GridHistogram.of(other) + GridHistogram.of(one)
    total = GridHistogram.of(one).finite_count + GridHistogram.of(other).finite_count
    assert together.finite_count == total
    parts = [one.astype(object), other.astype(object)]
    if one.dtype == other.dtype:
        assert together == GridHistogram.of(np.concatenate(parts).astype(one.dtype))


@given(hnp.arrays(np.float64, st.integers(1, 60), elements=st.floats(-1e6, 1e6)))
def test_numpy_counts_the_same_on_the_positive_side(array):
    magnitudes = np.abs(array)
    histogram = GridHistogram.of(magnitudes)
    edges = [0.0] + [lower_edge(p) for p in range(1, 1400)]
    counts, _ = np.histogram(magnitudes, edges)
    assert contents(histogram) == {
        int(i): int(counts[i]) for i in np.nonzero(counts)[0]
    }


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], {}),
        ([0.0, -0.0], {0: 2}),
        ([1.0], {1016: 1}),  # exponent 127, mantissa 0: 127 * 8
        ([1.0, 1.124, 1.125], {1016: 2, 1017: 1}),  # eighths of an octave
        ([-1.0], {-1016: 1}),
        ([2.0**-149, 2.0**-129], {0: 1, 1: 1}),
        ([3.4028235e38], {2039: 1}),
    ],
)
def test_known_buckets_of_float32(values, expected):
    assert contents(GridHistogram.of(np.array(values, np.float32))) == expected


def test_float64_beyond_float32_goes_on_by_the_same_rule():
    histogram = GridHistogram.of(np.array([2.0**128, -1.7e308, 1e-300]))
    assert contents(histogram) == {2040: 1, -9207: 1, 0: 1}
    assert lower_edge(2040) == 2.0**128
    assert lower_edge(2041) == 2.0**128 * 1.125


def test_a_large_integer_is_not_rounded_into_the_next_bucket():
    """float(2**60 - 1) is 2**60, one bucket further up."""
    below, at = GridHistogram.of(np.array([2**60 - 1])), GridHistogram.of([2**60])
    assert contents(below) != contents(at)
    lowest = GridHistogram.of(np.array([-(2**63)]))
    assert lower_edge(-int(lowest.positions[0])) == 2.0**63


def test_non_finite_elements_are_counted_apart():
    for dtype in (np.float16, np.float32, np.float64):
        array = np.array([np.nan, np.inf, np.inf, -np.inf, 1.0], dtype)
        histogram = GridHistogram.of(array)
        assert histogram.non_finite() == {"nan": 1, "+inf": 2, "-inf": 1}
        assert histogram.finite_count == 1


def test_a_nan_with_a_low_payload_is_no_infinity():
    array = np.array([0x7F800001, 0xFF800001], np.uint32).view(np.float32)
    assert GridHistogram.of(array).non_finite() == {"nan": 2}


def test_long_doubles_are_not_rounded_up():
    below_two = np.nextafter(np.longdouble(2), np.longdouble(0))
    assert contents(GridHistogram.of(np.array([below_two]))) == {1023: 1}


@pytest.mark.parametrize("array", [np.array(["a"]), np.array([1j]), np.array([None])])
def test_what_is_no_real_number_is_refused(array):
    with pytest.raises(ValueError, match=r"array: dtype .* received, expected floats"):
        GridHistogram.of(array)


def test_dense_counts_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"shape \(5,\) or a negative count received"):
        GridHistogram.from_dense(np.zeros(5))


@pytest.mark.parametrize(
    "value",
    [
        [[1], [1]],
        [[1, 1], [1, 1], [0, 0, 0]],
        [[2, 1], [1, 1], [0, 0, 0]],
        [[1], [0], [0, 0, 0]],
        [[1], [-1], [0, 0, 0]],
        [[1.5], [1], [0, 0, 0]],
        [[9208], [1], [0, 0, 0]],
        [[70_000], [1], [0, 0, 0]],
        [[1], [1, 2], [0, 0, 0]],
        [1, 1, [0, 0, 0]],
        [["a"], [1], [0, 0, 0]],
    ],
)
def test_what_is_no_journal_form_is_refused(value):
    with pytest.raises((ValueError, TypeError, IndexError)):
        GridHistogram.from_json(value)


def test_the_journal_form_reads_back():
    histogram = GridHistogram.of(np.array([1.0, -2.0, np.nan, 1e200]))
    assert GridHistogram.from_json(histogram.to_json()) == histogram
