"""Cuts by time: fractions, no line of a second separated, no empty split."""

import numpy as np
import pytest

from trainer.errors import DataError
from trainer.prepare import splitting


def test_ten_seconds_are_cut_eight_one_one() -> None:
    at = np.arange(10)

    cuts = splitting.cut(splitting.census(at), 0.8, 0.1)

    assert (cuts.train_until, cuts.eval_until) == (8, 9)
    assert cuts.split_of(at).tolist() == [0] * 8 + [1, 2]


def test_lines_of_one_second_stay_together() -> None:
    at = np.array([1, 1, 1, 2, 2, 2, 2, 2, 3, 4])

    cuts = splitting.cut(splitting.census(at), 0.5, 0.1)

    # Half of ten lines ends inside second 2, so train takes all of it, though
    # train and eval together were to have six lines: eval begins with second 3.
    assert (cuts.train_until, cuts.eval_until) == (3, 4)


def test_merging_censuses_is_counting_everything_at_once() -> None:
    rng = np.random.default_rng(1)
    at = rng.integers(0, 20, 500)

    merged = splitting.merge([splitting.census(part) for part in np.split(at, 5)])

    np.testing.assert_array_equal(merged, splitting.census(at))


def test_too_few_times_are_refused() -> None:
    with pytest.raises(DataError, match="5 usable lines at 2 distinct times"):
        splitting.cut(splitting.census(np.array([1, 1, 1, 2, 2])), 0.8, 0.1)
