"""Splits in memory: reading, shuffling by epoch, sampling."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from trainer import dataset, vocabularies
from trainer.dataset import Split
from trainer.errors import DataError


def _numbers(n: int) -> Split:
    return Split("train", {"product": np.arange(n, dtype=np.int32)})


def _epoch(split: Split, number: int) -> list[list[int]]:
    steps = dataset.steps_an_epoch(split, 4)
    batches = dataset.epochs(split, 4, seed=1, first_epoch=number).take(steps)
    return [batch["product"].tolist() for batch in batches.as_numpy_iterator()]


def test_prepared_examples_come_back_as_indices(examples: Path) -> None:
    known = vocabularies.load(examples)

    split = dataset.read([f"{examples}/Split-train/*"], "train", known, 7)

    assert len(split) == known.product_counts.sum()
    counts = np.bincount(split.arrays["product"], minlength=len(known.products) + 1)
    np.testing.assert_array_equal(counts, known.product_counts)
    assert split.arrays["history"].shape == (len(split), 7)
    assert split.arrays["segment"].min() >= 1


def test_an_epoch_holds_every_example_once() -> None:
    batches = _epoch(_numbers(10), 0)

    assert [len(batch) for batch in batches] == [4, 4, 2]
    assert sorted(itertools.chain(*batches)) == list(range(10))


def test_epochs_differ_but_each_is_the_same_again() -> None:
    split = _numbers(10)

    assert _epoch(split, 0) != _epoch(split, 1)
    assert _epoch(split, 1) == _epoch(split, 1)


def test_a_resumed_run_sees_the_batches_of_its_epoch() -> None:
    split = _numbers(10)
    through = dataset.epochs(split, 4, seed=1, first_epoch=0).skip(3).take(3)

    again = [batch["product"].tolist() for batch in through.as_numpy_iterator()]

    assert again == _epoch(split, 1)


def test_weights_halve_with_age_and_have_mean_one() -> None:
    day = dataset.SECONDS_A_DAY
    split = Split("train", {"product": np.ones(3), "at": np.array([0, 10, 20]) * day})

    weights = split.weighted(half_life_days=10).arrays["weight"]

    # 1/4, 1/2, 1 divided by their mean, 7/12.
    np.testing.assert_allclose(weights, np.array([3, 6, 12]) / 7, rtol=1e-6)
    assert split.weighted(None).arrays["weight"].tolist() == [1, 1, 1]


def test_a_sample_is_bounded_distinct_and_the_same_each_time() -> None:
    first, again = (_numbers(100).sample(10, seed=3) for _ in range(2))

    assert len(set(first.arrays["product"].tolist())) == 10
    np.testing.assert_array_equal(first.arrays["product"], again.arrays["product"])


def test_missing_files_are_refused(tmp_path: Path, examples: Path) -> None:
    known = vocabularies.load(examples)

    with pytest.raises(DataError, match="no files of the test split; run"):
        dataset.read([f"{tmp_path}/*"], "test", known, 5)


def test_broken_files_are_refused(tmp_path: Path, examples: Path) -> None:
    known = vocabularies.load(examples)
    (tmp_path / "examples.gz").write_bytes(b"no gzip")

    with pytest.raises(DataError, match="of the eval split cannot be read"):
        dataset.read([f"{tmp_path}/*"], "eval", known, 5)
