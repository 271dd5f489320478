"""The k best products of a query: by all products' scores, or by ScaNN where installed.

ScaNN's ops are then part of the SavedModel, and whoever serves it needs them. `n` is
the number of queries, `H` of past products, `P` of products; places count from 0.
"""

from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version
from typing import Any

import tensorflow as tf

from trainer import features
from trainer.model import scoring
from trainer.model.two_tower import TwoTowerModel

OPS = "Scann"
"""Namespace of ScaNN's ops."""
FOUND_FOR_ONE = 2
"""Products that ScaNN is asked for, for each one that may be needed."""


class BruteForce(tf.Module):
    """Scores every product.

    Attributes:
      facts: For the document.
    """

    def __init__(self, model: TwoTowerModel, catalogue: tf.Tensor, k: int) -> None:
        super().__init__(name="brute_force")
        self.facts: dict[str, Any] = {"kind": "brute force"}
        self._model = model
        self._catalogue = tf.Variable(catalogue, trainable=False)
        self._k = k

    def best(self, inputs: Mapping[str, tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor]:
        """[n, k] float32 scores, best first, and [n, k] int32 places of products."""
        scores = self._model.score_catalogue(inputs, self._catalogue)
        top, places = tf.math.top_k(scores, self._k)
        return top, places


class Scann(tf.Module):
    """Scores the products that ScaNN finds, and those that were bought before.

    ScaNN compares 4-bit codes of all products with the dense part of the query. There
    are no partitions: they would find fewer products than asked for now and then. What
    was bought may score more or less than its dense part, so the products found are
    enough for H of them to fall behind, and those bought compete whether found or not.
    Source: https://arxiv.org/abs/1908.10396

    Attributes:
      facts: For the document.

    Raises:
      ImportError: `scann`, or its ops, cannot be imported.
    """

    def __init__(
        self, model: TwoTowerModel, catalogue: tf.Tensor, k: int, history_length: int
    ) -> None:
        from scann.scann_ops.py import scann_ops

        super().__init__(name="scann")
        needed = k + (history_length if model.knows_repeats else 0)
        self._found = min(FOUND_FOR_ONE * needed, len(catalogue))
        self.facts: dict[str, Any] = {
            "kind": "scann",
            "version": version("scann"),
            "products_found": self._found,
        }
        self._model = model
        self._catalogue = tf.Variable(catalogue, trainable=False)
        self._k = k
        builder = scann_ops.builder(catalogue[:, :-1], self._found, "dot_product")
        self._state = builder.score_ah(1).build().serialize_to_module()
        self._searcher = scann_ops.searcher_from_module

    def best(self, inputs: Mapping[str, tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor]:
        """[n, k] float32 scores, best first, and [n, k] int32 places of products."""
        queries = self._model.query_tower(inputs)
        searcher = self._searcher(self._state)
        places = searcher.search_batched_parallel(queries[:, :-1]).indices
        bought = None
        if self._model.knows_repeats:
            past = inputs[features.HISTORY] - 1  # -1 is none
            is_past = tf.reduce_any(places[..., tf.newaxis] == past[:, tf.newaxis], -1)
            places = tf.concat([tf.where(is_past, -1, places), past], axis=1)
            bought = tf.concat(
                [tf.zeros_like(is_past, tf.float32), tf.ones_like(past, tf.float32)], 1
            )[:, tf.newaxis]
        candidates = tf.gather(self._catalogue, tf.maximum(places, 0))
        scores = scoring.scores(queries[:, tf.newaxis], candidates, bought)[:, 0]
        scores = tf.where(places < 0, scores.dtype.min, scores)
        top, columns = tf.math.top_k(scores, self._k)
        return top, tf.gather(places, columns, batch_dims=1)


Index = BruteForce | Scann


def make(model: TwoTowerModel, k: int, history_length: int) -> Index:
    """ScaNN's index where `scann` is installed, else all products' scores.

    A model with values that are no numbers, which ScaNN refuses, is not indexed.

    Args:
      model: Trained.
      k: How many products an answer has, at most `P`.
      history_length: `H`.
    """
    catalogue = model.catalogue()
    if tf.reduce_all(tf.math.is_finite(catalogue)):
        # Absent, or without ops for this TensorFlow: no reason to lose the model.
        with suppress(ImportError):
            return Scann(model, catalogue, k, history_length)
    return BruteForce(model, catalogue, k)
