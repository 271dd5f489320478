"""Recall by example: exact ranks, ties, unknown products, popularity."""

import numpy as np
import pytest
import tensorflow as tf

from trainer import evaluation
from trainer.dataset import Split


def _ranks(scores: list[list[float]], products: list[int]) -> list[int]:
    return evaluation.ranks(tf.constant(scores), tf.constant(products)).numpy().tolist()


def test_the_rank_counts_better_candidates() -> None:
    assert _ranks([[0.1, 0.3, 0.2]] * 3, [1, 2, 3]) == [2, 0, 1]


def test_ties_go_to_the_earlier_candidate_as_in_top_k() -> None:
    assert _ranks([[1.0, 1.0, 1.0]] * 3, [1, 2, 3]) == [0, 1, 2]


def test_an_unknown_product_and_a_score_that_is_no_number_are_misses() -> None:
    assert _ranks([[0.5, np.nan], [0.5, np.nan]], [0, 2]) == [2, 2]


def test_recall_agrees_with_top_k() -> None:
    rng = np.random.default_rng(5)
    scores = rng.normal(size=(50, 30)).astype(np.float32).round(1)
    products = rng.integers(1, 31, 50).astype(np.int32)

    ranks = evaluation.ranks(tf.constant(scores), tf.constant(products)).numpy()

    for k in (1, 5, 10):
        top = tf.math.top_k(scores, k).indices.numpy()
        hits = (top == products[:, None] - 1).any(axis=1)
        assert evaluation.recall(ranks, [k], 30) == {f"recall_at_{k}": hits.mean()}


def test_a_k_that_takes_the_whole_catalogue_is_left_out() -> None:
    found = evaluation.recall(np.array([0, 9]), (5, 10, 50), candidates=10)

    assert found == {"recall_at_5": 0.5}


def test_recall_by_user_lets_every_buyer_speak_once() -> None:
    buyers = np.array([1, 1, 1, 7, 0], np.int32)
    ranks = np.array([0, 0, 9, 9, 0])

    found = evaluation.user_recall(ranks, buyers, (5, 50), candidates=20)

    assert found == {"recall_at_5": pytest.approx((2 / 3 + 0) / 2)}
    assert evaluation.user_recall(ranks[4:], buyers[4:], (5,), 20) == {}


def test_popularity_ranks_by_train_lines() -> None:
    split = Split("test", {"product": np.array([1, 2, 3, 0], np.int32)})

    ranks = evaluation.popularity_ranks(split, np.array([0, 5, 9, 1]))

    assert ranks.tolist() == [1, 0, 2, 3]


def test_the_protocol_says_what_the_numbers_mean() -> None:
    arrays = {"product": np.array([1, 0], np.int32), "buyer": np.array([3, 0])}
    split = Split("test", arrays)

    found = evaluation.protocol(split, candidates=60, k_counts=(5, 100))

    assert found["examples"] == 2
    assert found["users"] == 1
    assert found["examples_of_unknown_products"] == 1
    assert found["k"] == [5]


@pytest.mark.parametrize("size", [1, 4096, 4097])
def test_batches_neither_pad_nor_lose_an_example(size: int) -> None:
    split = Split("test", {"product": np.ones(size, np.int32)})

    lengths = [len(batch["product"]) for batch in split.batches(evaluation.BATCH)]

    assert sum(lengths) == size
    assert 0 not in lengths


class _Scorer:
    """Scores each example's own product highest; refuses too many scores at once."""

    def __init__(self, products: int) -> None:
        self._products = products

    def catalogue(self) -> tf.Tensor:
        return tf.zeros([self._products, 1])

    def score_catalogue(
        self, inputs: dict[str, tf.Tensor], catalogue: tf.Tensor
    ) -> tf.Tensor:
        scores = tf.one_hot(inputs["product"] - 1, len(catalogue))
        tf.debugging.assert_less_equal(tf.size(scores), evaluation.SCORES)
        return scores


def test_scores_of_many_products_are_not_held_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(evaluation, "SCORES", 1000)
    split = Split("test", {"product": np.arange(1, 401, dtype=np.int32)})

    found = evaluation.retrieval_ranks(_Scorer(400), split)  # type: ignore[arg-type]

    assert found.tolist() == [0] * 400


def test_auc_counts_pairs_and_half_of_ties() -> None:
    rng = np.random.default_rng(3)
    scores = rng.integers(0, 6, 200).astype(np.float32)
    labels = (rng.random(200) < 0.3).astype(np.float32)

    first, second = scores[labels == 1][:, np.newaxis], scores[labels == 0]
    wins = (first > second).mean() + (first == second).mean() / 2
    assert evaluation.auc_roc(scores, labels) == pytest.approx(wins, abs=1e-12)
    assert np.isnan(evaluation.auc_roc(scores, np.ones(200)))


def test_errors_are_those_of_their_definitions() -> None:
    found = evaluation.errors(np.array([1.0, 2.0]), np.array([1.0, 4.0]))

    assert found == pytest.approx({"rmse": np.sqrt(2), "mae": 1.0})
