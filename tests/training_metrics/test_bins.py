"""Shared bins of several epochs: few, exact, detailed where the counts are."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from training_metrics.bins import MAX_BINS, reduce_rows
from training_metrics.histogram import GridHistogram

rows = st.lists(
    st.none() | hnp.arrays(np.float64, st.integers(0, 30)), min_size=1, max_size=6
)


def expected_counts(array, edges):
    """Counts by comparison; left of zero a bin holds its right edge, right its left."""
    counts = np.zeros(len(edges) - 1, int)
    for value in array[np.isfinite(array)]:
        side = "right" if value >= 0 else "left"
        index = np.searchsorted(edges, value, side) - 1
        counts[min(max(index, 0), len(counts) - 1)] += 1
    return counts.tolist()


@given(rows, st.sampled_from([1, 2, 7, MAX_BINS]))
def test_counts_are_exact_on_few_increasing_edges(arrays, max_bins):
    histograms = [None if a is None else GridHistogram.of(a) for a in arrays]
    edges, counts = reduce_rows(histograms, max_bins)
    assert 1 <= len(edges) - 1 <= max_bins
    assert np.isfinite(edges).all() and (np.diff(edges) > 0).all()
    for array, row in zip(arrays, counts, strict=True):
        assert row == (None if array is None else expected_counts(array, edges))


def test_few_buckets_are_kept_as_they_are():
    """1.0 and 4.0: their two buckets and the empty stretch between."""
    edges, counts = reduce_rows([GridHistogram.of(np.array([1.0, 4.0, 4.1]))])
    assert edges == [1.0, 1.125, 4.0, 4.5]
    assert counts == [[1, 0, 2]]


def test_zero_has_a_bin_of_its_own():
    edges, counts = reduce_rows([GridHistogram.of(np.zeros(9, np.float32))])
    assert edges == [-(2.0**-129), 2.0**-129]
    assert counts == [[9]]


def test_nothing_finite_is_an_empty_bin():
    _, counts = reduce_rows([GridHistogram.of(np.array([np.nan])), None])
    assert counts == [[0], None]


def test_detail_is_where_the_counts_are():
    """The trial of ARCHITECTURE.md: spread grows fifty-fold, 50 epochs, 128 bins."""
    random = np.random.default_rng(1)
    scales = np.linspace(0.01, 0.5, 50)
    arrays = [random.normal(0, s, 20_000).astype(np.float32) for s in scales]
    _, counts = reduce_rows([GridHistogram.of(a) for a in arrays])
    for row in counts:
        assert sum(row) == 20_000
        assert sum(count > 100 for count in row) >= 35  # above half a percent
