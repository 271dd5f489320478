"""Recall over a whole split and the whole catalogue, and ratings, by example.

Memory holds one batch of scores at a time, [batch, P], and the more products there are,
the smaller are the batches. Every example counts once: one whose product train does not
know is a miss, and nothing is padded.
"""

import math
from collections.abc import Iterable, Sequence

import numpy as np
import tensorflow as tf

from trainer import features
from trainer.dataset import Split
from trainer.model.two_tower import TwoTowerModel

BATCH = 4096
SCORES = BATCH * 4096
"""Held at a time, 64 MiB: with more products than 4,096 the batches are smaller."""


def ranks(scores: tf.Tensor, products: tf.Tensor) -> tf.Tensor:
    """How many candidates stand before the true one.

    Ties are decided as top-k decides them: the earlier candidate stands first. A
    true candidate whose score is NaN stands last.

    Args:
      scores: [n, P] of candidates 1 … P.
      products: [n] int32 true products, 0 for one that is no candidate.

    Returns:
      [n] int32; P where the true product is no candidate or has no score.
    """
    candidates = tf.shape(scores)[1]
    column = tf.maximum(products - 1, 0)
    true = tf.gather(scores, column, batch_dims=1)[:, tf.newaxis]
    earlier = tf.range(candidates)[tf.newaxis] < column[:, tf.newaxis]
    before = (scores > true) | ((scores == true) & earlier)
    rank = tf.reduce_sum(tf.cast(before, tf.int32), axis=1)
    missing = (products == 0) | tf.math.is_nan(true[:, 0])
    return tf.where(missing, candidates, rank)


def recall(
    rank: np.ndarray, k_counts: Iterable[int], candidates: int
) -> dict[str, float]:
    """Share of examples whose product is among the top k, for each useful k.

    A k that is not below the number of candidates says nothing and is left out.
    """
    return {
        f"recall_at_{k}": float(np.mean(rank < k)) for k in k_counts if k < candidates
    }


def user_recall(
    rank: np.ndarray, buyers: np.ndarray, k_counts: Iterable[int], candidates: int
) -> dict[str, float]:
    """Mean over buyers of each one's own recall, so that all speak equally loud.

    Args:
      rank: [n] of each example.
      buyers: [n] int32 codes; examples of code 0, buyers unknown to train that cannot
        be told apart, are left out.
      k_counts: As in `recall`.
      candidates: As in `recall`.

    Returns:
      `recall_at_<k>` for each useful k; nothing where no buyer is known.
    """
    known = buyers > 0
    if not known.any():
        return {}
    _, which = np.unique(buyers[known], return_inverse=True)
    examples = np.bincount(which)
    return {
        f"recall_at_{k}": float(np.mean(np.bincount(which, rank[known] < k) / examples))
        for k in k_counts
        if k < candidates
    }


def retrieval_ranks(model: TwoTowerModel, split: Split) -> np.ndarray:
    """[n] int32 rank of each example's product, as a two-tower model scores it.

    Args:
      model: The catalogue is embedded once.
      split: The examples.
    """
    catalogue = model.catalogue()

    def rank(inputs: dict[str, tf.Tensor]) -> tf.Tensor:
        scores = model.score_catalogue(inputs, catalogue)
        return ranks(scores, inputs[features.PRODUCT])

    compiled = tf.function(rank, autograph=False, reduce_retracing=True)
    batches = split.batches(max(1, min(BATCH, SCORES // len(catalogue))))
    return np.concatenate([compiled(batch).numpy() for batch in batches])


def ratings(model: TwoTowerModel, split: Split) -> np.ndarray:
    """[n] float32 what the rating head says of each example."""

    def rate(inputs: dict[str, tf.Tensor]) -> tf.Tensor:
        return model.rate(inputs, inputs[features.PRODUCT])

    compiled = tf.function(rate, autograph=False, reduce_retracing=True)
    return np.concatenate([compiled(batch).numpy() for batch in split.batches(BATCH)])


def errors(found: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Root mean squared and mean absolute error of [n] numbers."""
    difference = found.astype(np.float64) - labels
    return {
        "rmse": float(np.sqrt(np.mean(np.square(difference)))),
        "mae": float(np.mean(np.abs(difference))),
    }


def auc_roc(scores: np.ndarray, labels: np.ndarray) -> float:
    """How often a random positive scores above a random negative; ties count half.

    NaN where all labels are alike. By ranks, exactly: Mann and Whitney's U statistic
    (https://en.wikipedia.org/wiki/Mann-Whitney_U_test, "Area-under-curve").

    Args:
      scores: [n], probabilities or logits.
      labels: [n] 0 or 1.
    """
    positive = labels > 0.5
    positives = int(positive.sum())
    pairs = positives * (len(labels) - positives)
    if not pairs:
        return math.nan
    _, place, ties = np.unique(scores, return_inverse=True, return_counts=True)
    rank = (np.cumsum(ties) - (ties - 1) / 2)[place]
    wins = rank[positive].sum() - positives * (positives + 1) / 2
    return float(wins / pairs)


def popularity_ranks(split: Split, product_counts: np.ndarray) -> np.ndarray:
    """[n] rank of each example's product among all, most frequent in train first."""
    counts = product_counts[1:]
    order = np.argsort(-counts, kind="stable")
    place = np.empty(len(counts) + 1, np.int64)
    place[order + 1] = np.arange(len(counts))
    place[0] = len(counts)
    return place[split.arrays[features.PRODUCT]]


def named(prefix: str, values: dict[str, float]) -> dict[str, float]:
    """Values under prefixed names."""
    return {f"{prefix}{name}": value for name, value in values.items()}


def protocol(
    split: Split, candidates: int, k_counts: Sequence[int]
) -> dict[str, object]:
    """What the numbers mean, for the document."""
    unknown = int(np.sum(split.arrays[features.PRODUCT] == 0))
    buyers = split.arrays[features.BUYER]
    return {
        "split": "time",
        "candidates": candidates,
        "examples": len(split),
        "examples_of_unknown_products": unknown,
        "k_counts": "an example is a hit when its one purchased product is among "
        "the top k of the whole catalogue; products unknown to train are misses",
        "user_recall": "mean over the buyers known to train of each one's own recall",
        "users": len(np.unique(buyers[buyers > 0])),
        "k": [k for k in k_counts if k < candidates],
    }
