"""The retrieval model: in-batch softmax over two towers, with both corrections.

Its `loss` is the mean over the examples of an epoch, each counting once. TFRS's own
`train_step` reports the last batch's sum under that name; the optimizer here steps
on such a sum too, in which recent examples may weigh more.
"""

from collections.abc import Mapping

import numpy as np
import tensorflow as tf
import tensorflow_recommenders as tfrs

from trainer import features
from trainer.model import scoring
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
        self._candidates = len(product_counts) - 1
        self._parameters = parameters
        self._mean_loss = tf.keras.metrics.Mean(name="loss")

    @property
    def metrics(self) -> list[tf.keras.metrics.Metric]:
        """What Keras resets at each epoch's start."""
        return [self._mean_loss]

    def compute_loss(
        self, inputs: dict[str, tf.Tensor], training: bool = False
    ) -> tf.Tensor:
        """[n] softmax cross-entropy of each example with in-batch negatives."""
        products = inputs[features.PRODUCT]
        bought = None
        if self._knows_repeats:
            history = inputs[features.HISTORY]
            bought = scoring.bought_in_batch(history, products, self._candidates)
        probability = None
        if self._parameters.sampling_correction:
            probability = tf.gather(self._probability, products)
        logits = scoring.scores(
            self.query_tower(inputs, training=training),
            self.candidate_tower(products, training=training),
            bought,
        )
        removes = self._parameters.remove_accidental_hits
        return in_batch_softmax(logits, products, probability, removes)

    def catalogue(self) -> tf.Tensor:
        """[P, D + 2] embeddings of products 1 … P, for `score_catalogue`."""
        return self.candidate_tower(tf.range(1, self._candidates + 1))

    def score_catalogue(
        self, inputs: Mapping[str, tf.Tensor], catalogue: tf.Tensor
    ) -> tf.Tensor:
        """[n, P] scores of products 1 … P for a batch of queries."""
        bought = None
        if self._knows_repeats:
            history = inputs[features.HISTORY]
            bought = scoring.bought_in_catalogue(history, self._candidates)
        return scoring.scores(self.query_tower(inputs), catalogue, bought)

    @property
    def _knows_repeats(self) -> bool:
        return features.REPEAT in self._parameters.features

    # Autograph would convert all of Keras on the way: 20 seconds, for nothing.
    @tf.autograph.experimental.do_not_convert
    def train_step(self, inputs: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        """One step on the batch's weighted sum; reports the epoch's mean so far."""
        with tf.GradientTape() as tape:
            losses = self.compute_loss(inputs, training=True)
            loss = tf.reduce_sum(losses * inputs[features.WEIGHT])
        gradients = tape.gradient(loss, self.trainable_variables)
        pairs = zip(map(compact, gradients), self.trainable_variables, strict=True)
        self.optimizer.apply_gradients(pairs)
        return self._report(losses)

    @tf.autograph.experimental.do_not_convert
    def test_step(self, inputs: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        """The same loss without a step."""
        return self._report(self.compute_loss(inputs))

    def _report(self, losses: tf.Tensor) -> dict[str, tf.Tensor]:
        self._mean_loss.update_state(losses)
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
    tables = {
        name: table
        for name, table in vocabularies.product_features().items()
        if name in wanted
    }
    dim = parameters.embedding_dim
    repeats = features.REPEAT in wanted
    candidate_tower = CandidateTower(len(vocabularies.products), tables, dim, repeats)
    past = candidate_tower.identity if features.HISTORY in wanted else None
    return RetrievalModel(
        QueryTower(sizes, dim, past, repeats),
        candidate_tower,
        vocabularies.product_counts,
        parameters,
    )
