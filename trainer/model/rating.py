"""The rating head: what a buyer gives a product, from both towers' embeddings."""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from trainer import features
from trainer.labels import Label


class RatingHead(tf.keras.layers.Layer):
    """A perceptron over a query, a candidate and their product."""

    def __init__(self, widths: Sequence[int], label: Label) -> None:
        """Makes the head.

        Args:
          widths: Of the hidden layers.
          label: Its mean is about what the head says before it has learnt anything.
        """
        super().__init__(name="rating_head")
        self.hidden = [
            tf.keras.layers.Dense(width, activation="relu", name=f"rating_hidden_{i}")
            for i, width in enumerate(widths)
        ]
        start = _logit(label.mean) if label.is_binary else label.mean
        self.out = tf.keras.layers.Dense(
            1,
            name="rating_out",
            bias_initializer=tf.keras.initializers.Constant(start),
        )

    def call(self, queries: tf.Tensor, candidates: tf.Tensor) -> tf.Tensor:
        """[n] float32 for [n, D + 2] outputs of both towers; a logit if binary.

        The towers' last column, how they repeat, belongs to retrieval.
        """
        queries, candidates = queries[:, :-1], candidates[:, :-1]
        values = tf.concat([queries, candidates, queries * candidates], axis=1)
        for layer in self.hidden:
            values = layer(values)
        return tf.cast(self.out(values)[:, 0], tf.float32)


class RatingObjective:
    """Squared error, or cross-entropy of a binary label, with its metrics."""

    def __init__(self, head: RatingHead, label: Label) -> None:
        self._head = head
        self._is_binary = label.is_binary
        if label.is_binary:
            auc = tf.keras.metrics.AUC(name="auc_roc", from_logits=True)
            self.metrics: list[tf.keras.metrics.Metric] = [auc]
        else:
            self.metrics = [
                tf.keras.metrics.RootMeanSquaredError(name="rmse"),
                tf.keras.metrics.MeanAbsoluteError(name="mae"),
            ]

    def losses(
        self, inputs: dict[str, tf.Tensor], queries: tf.Tensor, candidates: tf.Tensor
    ) -> tf.Tensor:
        """[n] loss of each example; updates the metrics."""
        labels = inputs[features.LABEL]
        found = self._head(queries, candidates)
        for metric in self.metrics:
            metric.update_state(labels, found)
        if self._is_binary:
            return tf.nn.sigmoid_cross_entropy_with_logits(labels, found)
        return tf.square(found - labels)


def _logit(share: float) -> float:
    share = float(np.clip(share, 1e-6, 1 - 1e-6))
    return float(np.log(share / (1 - share)))
