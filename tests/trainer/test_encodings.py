"""Text as rows: vocabularies and hashes, for lists and tensors alike."""

import pytest
import tensorflow as tf

from trainer.encodings import Encoding, HashBins, Vocabulary

TEXTS = ["FR", "", "UK", "never seen"]


@pytest.mark.parametrize("encoding", [Vocabulary(["FR", "UK"]), HashBins(50)])
def test_lists_and_tensors_get_the_same_rows(encoding: Encoding) -> None:
    rows = encoding.codes(TEXTS)

    assert rows.dtype == "int32"
    assert encoding.lookup()(tf.constant(TEXTS)).numpy().tolist() == rows.tolist()
    assert rows[1] == 0
    assert len(encoding.values) == len(encoding) >= rows.max()


def test_a_vocabulary_has_no_row_for_other_text() -> None:
    assert Vocabulary(["FR", "UK"]).codes(TEXTS).tolist() == [1, 0, 2, 0]


def test_a_hash_is_fingerprint64_so_that_rows_stay_the_same_everywhere() -> None:
    farmhash = pytest.importorskip("farmhash")  # comes with TFX

    rows = HashBins(1000).codes(TEXTS)

    texts = [text for text in TEXTS if text]
    expected = [farmhash.fingerprint64(text) % 1000 + 1 for text in texts]
    assert [row for row in rows.tolist() if row] == expected


def test_bins_of_another_number_have_other_names() -> None:
    assert not set(HashBins(3).values) & set(HashBins(4).values)
