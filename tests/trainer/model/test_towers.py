"""Feature embeddings and towers."""

import numpy as np
import tensorflow as tf

from trainer.model.towers import (
    CandidateTower,
    FeatureEmbedding,
    NumberEmbedding,
    QueryTower,
)


def _embedding() -> FeatureEmbedding:
    embedding = FeatureEmbedding("words", values=2, dim=2, name="x")
    embedding(tf.constant([0]))  # makes the table
    embedding.table.assign([[9.0, 9.0], [1.0, 2.0], [3.0, 4.0]])
    return embedding


def test_no_value_adds_nothing() -> None:
    assert _embedding()(tf.constant([0, 2])).numpy().tolist() == [[0, 0], [3, 4]]


def test_several_values_are_scaled_by_the_root_of_their_number() -> None:
    found = _embedding()(tf.constant([[1, 2, 0], [2, 0, 0], [0, 0, 0]])).numpy()

    root = np.sqrt(2.0)
    np.testing.assert_allclose(found, [[4 / root, 6 / root], [3, 4], [0, 0]])


def test_a_number_scales_its_vector() -> None:
    embedding = NumberEmbedding(dim=2, name="x")
    embedding(tf.constant([0.0]))  # makes the vector
    embedding.vector.assign([1.0, 2.0])

    found = embedding(tf.constant([0.0, -2.0])).numpy()

    assert found.tolist() == [[0, 0], [-2, -4]]


def test_the_bias_meets_a_one() -> None:
    query = QueryTower({"buyer": 3}, dim=4)
    candidate = CandidateTower(5, {"words": (np.zeros((6, 2), np.int32), 7)}, {}, 4)

    queries = query({"buyer": tf.constant([1, 2])})
    candidates = candidate(tf.constant([1, 2, 3]))

    assert queries.shape == (2, 6)
    assert queries[:, -2].numpy().tolist() == [1, 1]
    np.testing.assert_allclose(
        candidates[:, -2:-1], candidate.bias(tf.constant([1, 2, 3]))
    )


def test_variables_are_named_by_tower() -> None:
    candidate = CandidateTower(5, {}, {}, dim=4)
    candidate(tf.constant([1]))
    query = QueryTower({"buyer": 3}, 4, candidate.identity, repeats=True)
    query({"buyer": tf.constant([1]), "history": tf.constant([[1, 2]])})

    assert sorted(v.name for v in query.trainable_variables) == [
        "candidate_tower/candidate_product/embedding:0",
        "query_again_bias:0",
        "query_tower/query_again/embedding:0",
        "query_tower/query_buyer/embedding:0",
    ]


def test_past_products_are_looked_up_in_the_candidates_own_table() -> None:
    candidate = CandidateTower(5, {}, {}, dim=4)
    candidate(tf.constant([1]))
    query = QueryTower({"buyer": 2}, dim=4, past_products=candidate.identity)

    unknown = tf.constant([0])
    queries = query({"buyer": unknown, "history": tf.constant([[3, 0]])})

    np.testing.assert_allclose(queries[:, :4], candidate.identity(tf.constant([3])))
