"""In-batch softmax: by hand, and equal to TFRS's task."""

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_recommenders as tfrs

from trainer.model.softmax import in_batch_softmax


def test_two_queries_by_hand() -> None:
    # Logits are the identity: each loss is log(1 + exp(0 - 1)).
    rows = tf.eye(2)

    losses = in_batch_softmax(rows, tf.constant([1, 2]), None, True)

    assert losses.numpy() == pytest.approx(np.log1p(np.exp(-1.0)))


def test_the_same_product_is_no_negative() -> None:
    rows = tf.eye(2)

    losses = in_batch_softmax(rows, tf.constant([1, 1]), None, True)

    assert losses.numpy() == pytest.approx(0.0)


@pytest.mark.parametrize("corrected", [False, True])
@pytest.mark.parametrize("removed", [False, True])
def test_it_is_the_loss_of_tfrs(corrected: bool, removed: bool) -> None:
    rng = np.random.default_rng(1)
    queries, candidates = tf.constant(rng.normal(size=(2, 40, 5)), tf.float32)
    products = tf.constant(rng.integers(1, 9, 40), tf.int32)
    probability = tf.constant(rng.random(40), tf.float32) if corrected else None
    task = tfrs.tasks.Retrieval(remove_accidental_hits=removed)

    logits = tf.matmul(queries, candidates, transpose_b=True)
    ours = in_batch_softmax(logits, products, probability, removed)
    theirs = task(
        queries,
        candidates,
        candidate_sampling_probability=probability,
        candidate_ids=products,
    )

    assert float(tf.reduce_sum(ours)) == pytest.approx(float(theirs), rel=1e-5)
