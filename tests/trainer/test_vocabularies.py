"""Vocabularies: what train knows, as integers."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from trainer import vocabularies
from trainer.errors import DataError
from trainer.vocabularies import Vocabularies

SMALL = Vocabularies(
    buyers=pa.table(
        {"buyer": ["b", "a"], "country": ["FR", ""], "history": [["y", "x"], []]}
    ),
    products=pa.table(
        {
            "product": ["x", "y"],
            "count": [3, 1],
            "price": [1.0, 9.0],
            "description": ["Red Heart, red", "heart BOX"],
        }
    ),
)


def test_indices_begin_at_one_and_zero_is_unknown() -> None:
    assert SMALL.product_counts.tolist() == [0, 3, 1]
    country = SMALL.buyer_encoding("country")
    assert SMALL.buyer_codes("country", country).tolist() == [0, 1, 0]
    assert SMALL.histories(3).tolist() == [[0, 0, 0], [2, 1, 0], [0, 0, 0]]


def test_words_are_those_that_several_products_share() -> None:
    codes, encoding = SMALL.product_features()["words"]

    assert encoding.values == ["heart"]
    assert codes[:, 0].tolist() == [0, 1, 1]
    assert not codes[:, 1:].any()


def test_absent_features_are_left_out() -> None:
    assert set(SMALL.product_features()) == {"price_band", "words"}
    assert SMALL.buyer_encoding("segment") is None


def test_price_bands_follow_the_price() -> None:
    codes, _ = SMALL.product_features()["price_band"]

    assert 0 < codes[1] < codes[2]


def test_hashed_words_are_all_words() -> None:
    codes, encoding = replace(SMALL, hash_bins={"words": 9}).product_features()["words"]

    assert encoding.codes(["red", "heart"]).tolist() == codes[1, :2].tolist()
    assert encoding.codes(["heart", "box"]).tolist() == codes[2, :2].tolist()
    assert not codes[0].any()
    assert not codes[:, 2:].any()


@pytest.mark.parametrize(
    ("prices", "numbers"),
    [
        # Logarithms 0, 1, 2, 3 times ln 2: mean 1.5, deviation the root of 1.25.
        ([1.0, 2.0, 4.0, 8.0], [0, -1.5, -0.5, 0.5, 1.5]),
        ([0.1, 0.1, 0.1, 0.1], [0, 0, 0, 0, 0]),
        ([1.0, 0.0, np.nan, 8.0], [0, -(1.25**0.5), 0, 0, 1.25**0.5]),
    ],
)
def test_the_price_is_its_standardised_logarithm(
    prices: list[float], numbers: list[float]
) -> None:
    products = pa.table({"product": list("wxyz"), "price": prices})

    found = replace(SMALL, products=products).product_numbers()["price"]

    assert found.dtype == np.float32
    np.testing.assert_allclose(found, np.array(numbers) / 1.25**0.5, rtol=1e-6)


def test_a_folder_that_was_not_prepared_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"buyers\.parquet: cannot be read; give a"):
        vocabularies.load(tmp_path)


def test_prepared_counts_add_up_to_the_train_lines(examples: Path) -> None:
    known = vocabularies.load(examples)

    counts = known.product_counts[1:]
    assert counts.sum() == np.sum(known.buyers.column("count").to_numpy())
    assert (np.diff(counts) <= 0).all()
