"""The SavedModel: raw buyer ids in, top products out.

Signature `serving_default`:
  buyer_id: [N] string, as in the training data.
  →  product_ids: [N, k] string, best first.
     scores: [N, k] float32; for a known buyer the model's score, for an unknown one
       the product's share of the train lines.
     is_known: [N] bool, whether train had the buyer; others get the most popular.

A known buyer is described as of the end of the train split.
"""

import numpy as np
import tensorflow as tf

from trainer import features
from trainer.model.retrieval import RetrievalModel
from trainer.parameters import Parameters
from trainer.vocabularies import Vocabularies


class Recommender(tf.Module):
    """Answers buyers from the trained towers and tables of the train split."""

    def __init__(
        self, model: RetrievalModel, vocabularies: Vocabularies, parameters: Parameters
    ) -> None:
        super().__init__(name="recommender")
        products = len(vocabularies.products)
        self._k = min(parameters.top_k, products)
        self._model = model
        self._buyers = _index(vocabularies.buyer_names)
        self._snapshot = {
            name: tf.constant(codes)
            for name, codes in _snapshot(model, vocabularies, parameters).items()
        }
        self._names = tf.constant(vocabularies.product_names)
        self._catalogue = tf.Variable(model.catalogue(), trainable=False)
        counts = vocabularies.product_counts[1:]
        self._popularity = tf.constant(counts / counts.sum(), tf.float32)

    @tf.function(
        input_signature=[tf.TensorSpec([None], tf.string, name="buyer_id")],
        autograph=False,
    )
    def recommend(self, buyer_id: tf.Tensor) -> dict[str, tf.Tensor]:
        """Top products of [N] raw buyer ids; see the module's docstring."""
        buyers = self._buyers.lookup(buyer_id)
        inputs = {k: tf.gather(codes, buyers) for k, codes in self._snapshot.items()}
        inputs[features.BUYER] = buyers
        known = buyers > 0
        scores = tf.where(
            known[:, tf.newaxis],
            self._model.score_catalogue(inputs, self._catalogue),
            self._popularity[tf.newaxis],
        )
        top, places = tf.math.top_k(scores, self._k)
        return {
            "product_ids": tf.gather(self._names, places),
            "scores": top,
            "is_known": known,
        }


def export(recommender: Recommender, folder: str) -> None:
    """Writes the SavedModel; one that could not be written whole is removed.

    Raises:
      tf.errors.OpError: The disk is full, or the folder cannot be written.
    """
    signatures = {"serving_default": recommender.recommend}
    try:
        tf.saved_model.save(recommender, folder, signatures=signatures)
    except BaseException:
        if tf.io.gfile.exists(folder):
            tf.io.gfile.rmtree(folder)
        raise


def _snapshot(
    model: RetrievalModel, vocabularies: Vocabularies, parameters: Parameters
) -> dict[str, np.ndarray]:
    """[B + 1, …] features of each buyer that the query tower uses, 0 for unknown."""
    used = model.query_tower.embeddings
    made = {
        name: vocabularies.buyer_codes(name)
        for name in features.BUYER_TEXT
        if name in used
    }
    if {features.HISTORY, features.REPEAT} & set(parameters.features):
        made[features.HISTORY] = vocabularies.histories(parameters.history_length)
    return made


def _index(names: list[str]) -> tf.lookup.StaticHashTable:
    """Name to index from 1; anything else to 0."""
    indices = tf.range(1, len(names) + 1, dtype=tf.int32)
    initializer = tf.lookup.KeyValueTensorInitializer(tf.constant(names), indices)
    return tf.lookup.StaticHashTable(initializer, default_value=0)
