"""The two towers: each adds up the embeddings of its features.

Adding keeps every feature's contribution readable and makes the score a
factorisation machine: the sum, over pairs of a query feature and a candidate
feature, of their dot product. `N` is a batch, `D` the embedding dimension; for the
D + 2 columns of a tower's output see `trainer.model.scoring`.
"""

from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from trainer import features

INITIAL_RANGE = 0.05


class FeatureEmbedding(tf.keras.layers.Layer):
    """Sum of a feature's embeddings over its values, 0 being no value.

    Several values are scaled by one over the root of their number, so that a long
    list speaks louder than a short one, but not in proportion.
    """

    def __init__(self, feature: str, values: int, dim: int, name: str) -> None:
        super().__init__(name=name)
        self.feature = feature
        self._values = values
        self._dim = dim

    def build(self, input_shape: tf.TensorShape) -> None:
        """Makes the table, [values + 1, D]; row 0 stays unused."""
        limit = INITIAL_RANGE
        self.table = self.add_weight(
            name="embedding",
            shape=(self._values + 1, self._dim),
            initializer=tf.keras.initializers.RandomUniform(-limit, limit),
        )

    def call(self, codes: tf.Tensor) -> tf.Tensor:
        """Embeds [N] or [N, values] int32 codes as [N, D]."""
        present = tf.cast(codes > 0, self.table.dtype)
        embedded = tf.gather(self.table, codes) * present[..., tf.newaxis]
        if codes.shape.rank == 1:
            return embedded
        count = tf.reduce_sum(present, axis=1, keepdims=True)
        return tf.reduce_sum(embedded, axis=1) * tf.math.rsqrt(tf.maximum(count, 1.0))


class NumberEmbedding(tf.keras.layers.Layer):
    """A normalised number times a learnt vector; 0 adds nothing."""

    def __init__(self, dim: int, name: str) -> None:
        super().__init__(name=name)
        self._dim = dim

    def build(self, input_shape: tf.TensorShape) -> None:
        """Makes the vector, [D]."""
        limit = INITIAL_RANGE
        self.vector = self.add_weight(
            name="vector",
            shape=(self._dim,),
            initializer=tf.keras.initializers.RandomUniform(-limit, limit),
        )

    def call(self, numbers: tf.Tensor) -> tf.Tensor:
        """Embeds [N] float32 as [N, D]."""
        return tf.cast(numbers, self.vector.dtype)[:, tf.newaxis] * self.vector


class QueryTower(tf.keras.Model):
    """A buyer at a moment: id, text features, what was bought before.

    Past products are embedded by the candidate tower's own table: what was bought
    before then speaks for itself from the first step, and for what resembles it.
    """

    def __init__(
        self,
        sizes: Mapping[str, int],
        dim: int,
        past_products: FeatureEmbedding | None = None,
        repeats: bool = False,
    ) -> None:
        """Makes the tower.

        Args:
          sizes: Feature of an example to its number of values.
          dim: `D`.
          past_products: The candidate tower's embedding of product ids, to look
            the history up in; None leaves the history out.
          repeats: Learn how much each buyer tends to buy again.
        """
        super().__init__(name="query_tower")
        self.embeddings = {
            name: FeatureEmbedding(name, size, dim, f"query_{name}")
            for name, size in sizes.items()
        }
        if past_products is not None:
            self.embeddings[features.HISTORY] = past_products
        self.again = None
        if repeats:
            self.again = FeatureEmbedding(
                features.BUYER, sizes[features.BUYER], 1, "query_again"
            )
            self.again_bias = self.add_weight(
                name="query_again_bias", shape=(), initializer="ones"
            )

    def call(self, inputs: Mapping[str, tf.Tensor]) -> tf.Tensor:
        """[N, D + 2]: the query, a one to meet the bias, the buyer's repeating."""
        parts = [embed(inputs[name]) for name, embed in self.embeddings.items()]
        query = tf.add_n(parts)
        one = tf.ones_like(query[:, :1])
        again = tf.zeros_like(one)
        if self.again is not None:
            again = self.again_bias + self.again(inputs[features.BUYER])
        return tf.concat([query, one, again], axis=1)


class CandidateTower(tf.keras.Model):
    """A product: id, fixed features from a table, and a bias."""

    def __init__(
        self,
        products: int,
        tables: Mapping[str, tuple[np.ndarray, int]],
        numbers: Mapping[str, np.ndarray],
        dim: int,
        repeats: bool = False,
    ) -> None:
        """Makes the tower.

        Args:
          products: `P`, the number of train products.
          tables: Feature to ([P + 1, …] int32 codes of each product, values).
          numbers: Feature to [P + 1] float32, normalised, of each product.
          dim: `D`.
          repeats: Learn how much each product tends to be bought again.
        """
        super().__init__(name="candidate_tower")
        columns = {name: codes for name, (codes, _) in tables.items()} | {**numbers}
        self._columns = {name: tf.constant(column) for name, column in columns.items()}
        self.embeddings = {
            name: FeatureEmbedding(name, values, dim, f"candidate_{name}")
            for name, (_, values) in tables.items()
        } | {name: NumberEmbedding(dim, f"candidate_{name}") for name in numbers}
        self.identity = _of_products(products, dim, f"candidate_{features.PRODUCT}")
        self.bias = _of_products(products, 1, "candidate_bias")
        self.again = _of_products(products, 1, "candidate_again") if repeats else None

    def call(self, products: tf.Tensor) -> tf.Tensor:
        """[N, D + 2] for [N] int32 products: embedding, bias, repeating."""
        parts = [self.identity(products)]
        for name, embed in self.embeddings.items():
            parts.append(embed(tf.gather(self._columns[name], products)))
        bias = self.bias(products)
        again = tf.zeros_like(bias) if self.again is None else self.again(products)
        return tf.concat([tf.add_n(parts), bias, again], axis=1)


def _of_products(products: int, dim: int, name: str) -> FeatureEmbedding:
    return FeatureEmbedding(features.PRODUCT, products, dim, name)
