"""Scores: dot product, and what was bought before."""

import numpy as np
import tensorflow as tf

from trainer.model import scoring

HISTORY = tf.constant([[2, 3], [0, 0], [1, 0]])


def test_what_was_bought_is_found_in_the_catalogue() -> None:
    found = scoring.bought_in_catalogue(HISTORY, candidates=3)

    assert found.numpy().tolist() == [[0, 1, 1], [0, 0, 0], [1, 0, 0]]


def test_what_was_bought_is_found_in_the_batch() -> None:
    rng = np.random.default_rng(4)
    history = rng.integers(0, 9, (30, 6)).astype(np.int32)
    products = rng.integers(0, 9, 30).astype(np.int32)

    found = scoring.bought_in_batch(tf.constant(history), tf.constant(products), 8)

    expected = (history[:, :, None] == products).any(axis=1) & (products > 0)
    np.testing.assert_array_equal(found, expected)


def test_repeating_is_added_only_where_bought() -> None:
    queries = tf.constant([[1.0, 1.0, 0.5]])  # embedding, one, repeating
    candidates = tf.constant([[2.0, 0.25, 4.0], [2.0, 0.25, 4.0]])

    found = scoring.scores(queries, candidates, tf.constant([[0.0, 1.0]]))

    assert found.numpy().tolist() == [[2.25, 6.75]]
    assert scoring.scores(queries, candidates, None).numpy().tolist() == [[2.25, 2.25]]
