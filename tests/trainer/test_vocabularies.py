"""Vocabularies: what train knows, as integers."""

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
    assert SMALL.buyer_codes("country").tolist() == [0, 1, 0]
    assert SMALL.histories(3).tolist() == [[0, 0, 0], [2, 1, 0], [0, 0, 0]]


def test_words_are_those_that_several_products_share() -> None:
    codes, values = SMALL.product_features()["words"]

    assert values == ["heart"]  # heart
    assert codes[:, 0].tolist() == [0, 1, 1]
    assert not codes[:, 1:].any()


def test_absent_features_are_left_out() -> None:
    assert set(SMALL.product_features()) == {"price_band", "words"}
    assert SMALL.buyer_texts("segment") == []


def test_price_bands_follow_the_price() -> None:
    codes, _ = SMALL.product_features()["price_band"]

    assert 0 < codes[1] < codes[2]


def test_a_folder_that_was_not_prepared_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"buyers\.parquet: cannot be read; give a"):
        vocabularies.load(tmp_path)


def test_prepared_counts_add_up_to_the_train_lines(examples: Path) -> None:
    known = vocabularies.load(examples)

    counts = known.product_counts[1:]
    assert counts.sum() == np.sum(known.buyers.column("count").to_numpy())
    assert (np.diff(counts) <= 0).all()
