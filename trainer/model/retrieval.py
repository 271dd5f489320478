"""The retrieval objective: in-batch softmax over two towers, with both corrections."""

import numpy as np
import tensorflow as tf

from trainer import features
from trainer.model import scoring
from trainer.model.softmax import in_batch_softmax
from trainer.parameters import Parameters


class RetrievalObjective:
    """Each example's own product against the products of its batch."""

    def __init__(self, product_counts: np.ndarray, parameters: Parameters) -> None:
        """Makes the objective.

        Args:
          product_counts: [P + 1] train lines of each product.
          parameters: Say which corrections are made.
        """
        self.metrics: list[tf.keras.metrics.Metric] = []
        self._probability = tf.constant(
            product_counts / product_counts.sum(), tf.float32
        )
        self._candidates = len(product_counts) - 1
        self._parameters = parameters

    def losses(
        self, inputs: dict[str, tf.Tensor], queries: tf.Tensor, candidates: tf.Tensor
    ) -> tf.Tensor:
        """[n] softmax cross-entropy of each example with in-batch negatives."""
        products = inputs[features.PRODUCT]
        bought = None
        if features.REPEAT in self._parameters.features:
            history = inputs[features.HISTORY]
            bought = scoring.bought_in_batch(history, products, self._candidates)
        probability = None
        if self._parameters.sampling_correction:
            probability = tf.gather(self._probability, products)
        logits = scoring.scores(queries, candidates, bought)
        removes = self._parameters.remove_accidental_hits
        return in_batch_softmax(logits, products, probability, removes)
