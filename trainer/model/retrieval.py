"""The retrieval model: in-batch softmax over two towers, with both corrections.

Its `loss` is the mean over the examples of an epoch. TFRS's own `train_step`
reports the last batch's sum under that name; the optimizer here steps on the
same sum, only the report differs.
"""

import numpy as np
import tensorflow as tf
import tensorflow_recommenders as tfrs

from trainer import features
from trainer.model.softmax import in_batch_softmax
from trainer.model.towers import CandidateTower, QueryTower
from trainer.parameters import Parameters
from trainer.vocabularies import Vocabularies

DENSE_ELEMENTS = 1 << 18
"""A table of up to this many weights has its gradient added up densely."""


class RetrievalModel(tfrs.Model):
    """Scores a product for a buyer as the dot product of two towers."""

    def __init__(
        self,
        query_tower: QueryTower,
        candidate_tower: CandidateTower,
        product_counts: np.ndarray,
        parameters: Parameters,
    ) -> None:
        """Makes the model.

        Args:
          query_tower: Embeds queries.
          candidate_tower: Embeds products.
          product_counts: [P + 1] train lines of each product.
          parameters: Say which corrections are made.
        """
        super().__init__()
        self.query_tower = query_tower
        self.candidate_tower = candidate_tower
        self._probability = tf.constant(
            product_counts / product_counts.sum(), tf.float32
        )
        self._corrects_sampling = parameters.sampling_correction
        self._removes_hits = parameters.remove_accidental_hits
        self._mean_loss = tf.keras.metrics.Mean(name="loss")

    @property
    def metrics(self) -> list[tf.keras.metrics.Metric]:
        """What Keras resets at each epoch's start."""
        return [self._mean_loss]

    def compute_loss(
        self, inputs: dict[str, tf.Tensor], training: bool = False
    ) -> tf.Tensor:
        """Sum over the batch of the softmax cross-entropy with in-batch negatives."""
        products = inputs[features.PRODUCT]
        probability = None
        if self._corrects_sampling:
            probability = tf.gather(self._probability, products)
        losses = in_batch_softmax(
            self.query_tower(inputs, training=training),
            self.candidate_tower(products, training=training),
            products,
            probability,
            self._removes_hits,
        )
        return tf.reduce_sum(losses)

    # Autograph would convert all of Keras on the way: 20 seconds, for nothing.
    @tf.autograph.experimental.do_not_convert
    def train_step(self, inputs: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        """One step on the batch's summed loss; reports the epoch's mean so far."""
        with tf.GradientTape() as tape:
            loss = self.compute_loss(inputs, training=True)
        gradients = tape.gradient(loss, self.trainable_variables)
        pairs = zip(map(compact, gradients), self.trainable_variables, strict=True)
        self.optimizer.apply_gradients(pairs)
        return self._report(loss, inputs)

    @tf.autograph.experimental.do_not_convert
    def test_step(self, inputs: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        """The same loss without a step."""
        return self._report(self.compute_loss(inputs), inputs)

    def _report(
        self, loss: tf.Tensor, inputs: dict[str, tf.Tensor]
    ) -> dict[str, tf.Tensor]:
        examples = tf.cast(tf.shape(inputs[features.PRODUCT])[0], loss.dtype)
        self._mean_loss.update_state(loss / examples, sample_weight=examples)
        return {"loss": self._mean_loss.result()}


def compact(gradient: tf.Tensor | tf.IndexedSlices) -> tf.Tensor | tf.IndexedSlices:
    """A gradient without repeated indices where they must outnumber the rows.

    A batch looks up a hundred thousand past products in a table of a few thousand
    rows: adding them up once is cheaper than handing all of them on. Up to
    `DENSE_ELEMENTS` the dense gradient is small whatever the batch looked up.
    """
    if not isinstance(gradient, tf.IndexedSlices):
        return gradient
    rows, dim = gradient.shape
    return tf.convert_to_tensor(gradient) if rows * dim <= DENSE_ELEMENTS else gradient


def build(vocabularies: Vocabularies, parameters: Parameters) -> RetrievalModel:
    """The model for a data set; features that the data lacks are left out."""
    wanted = set[str](parameters.features)
    sizes = {features.BUYER: len(vocabularies.buyers)}
    for name in features.BUYER_TEXT:
        values = len(vocabularies.buyer_texts(name))
        if values and name in wanted:
            sizes[name] = values
    if features.HISTORY in wanted:
        sizes[features.HISTORY] = len(vocabularies.products)
    tables = {
        name: table
        for name, table in vocabularies.product_features().items()
        if name in wanted
    }
    products = len(vocabularies.products)
    return RetrievalModel(
        QueryTower(sizes, parameters.embedding_dim),
        CandidateTower(products, tables, parameters.embedding_dim),
        vocabularies.product_counts,
        parameters,
    )
