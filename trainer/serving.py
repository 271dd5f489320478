"""The SavedModel: raw ids in, products or ratings out.

Signature `recommend`, of models that retrieve, and their `serving_default`:
  buyer_id: [N] string, as in the training data.
  →  product_ids: [N, k] string, best first.
     scores: [N, k] float32; for a known buyer the model's score, for an unknown one
       the product's share of the train lines.
     is_known: [N] bool, whether train had the buyer; others get the most popular.

Signature `rate`, of models with a rating head, and `serving_default` of those that do
not retrieve:
  buyer_id, product_id: [N] string.
  →  ratings: [N] float32, in the label's own unit; a probability if it is binary.
     is_known: [N] bool, whether train had both.

A known buyer is described as of the end of the train split.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from trainer import features, index
from trainer.encodings import lookup_table
from trainer.labels import TRANSFORMS, Label
from trainer.model.two_tower import TwoTowerModel
from trainer.parameters import Parameters
from trainer.vocabularies import Vocabularies

EXTRAS = "assets.extra"


class Buyers(tf.Module):
    """Raw buyer ids to what the query tower reads."""

    def __init__(
        self, model: TwoTowerModel, vocabularies: Vocabularies, parameters: Parameters
    ) -> None:
        super().__init__(name="buyers")
        self._index = lookup_table(vocabularies.buyer_names)
        self._snapshot = {
            name: tf.constant(codes)
            for name, codes in _snapshot(model, vocabularies, parameters).items()
        }

    def look_up(self, buyer_id: tf.Tensor) -> dict[str, tf.Tensor]:
        """Inputs of the query tower for [N] ids; buyer 0 is one unknown to train."""
        buyers = self._index.lookup(buyer_id)
        inputs = {k: tf.gather(codes, buyers) for k, codes in self._snapshot.items()}
        return {**inputs, features.BUYER: buyers}


class Recommender(tf.Module):
    """Answers buyers from the trained towers and tables of the train split."""

    def __init__(
        self,
        model: TwoTowerModel,
        buyers: Buyers,
        vocabularies: Vocabularies,
        parameters: Parameters,
    ) -> None:
        super().__init__(name="recommender")
        k = min(parameters.top_k, len(vocabularies.products))
        self.index = index.make(model, k, parameters.history_length)
        self._buyers = buyers
        self._names = tf.constant(vocabularies.product_names)
        counts = vocabularies.product_counts[1:]
        shares = tf.constant(counts / counts.sum(), tf.float32)
        self._popular = tf.math.top_k(shares, k)

    @tf.function(
        input_signature=[tf.TensorSpec([None], tf.string, name="buyer_id")],
        autograph=False,
    )
    def recommend(self, buyer_id: tf.Tensor) -> dict[str, tf.Tensor]:
        """Top products of [N] raw buyer ids; see the module's docstring."""
        inputs = self._buyers.look_up(buyer_id)
        known = inputs[features.BUYER] > 0
        scores, places = (
            tf.where(known[:, tf.newaxis], found, popular)
            for found, popular in zip(
                self.index.best(inputs), self._popular, strict=True
            )
        )
        return {
            "product_ids": tf.gather(self._names, places),
            "scores": scores,
            "is_known": known,
        }


class Rater(tf.Module):
    """Predicts what a buyer gives a product."""

    def __init__(
        self,
        model: TwoTowerModel,
        buyers: Buyers,
        vocabularies: Vocabularies,
        label: Label,
    ) -> None:
        super().__init__(name="rater")
        self._model = model
        self._buyers = buyers
        self._products = lookup_table(vocabularies.product_names)
        self._label = label

    @tf.function(
        input_signature=[
            tf.TensorSpec([None], tf.string, name="buyer_id"),
            tf.TensorSpec([None], tf.string, name="product_id"),
        ],
        autograph=False,
    )
    def rate(self, buyer_id: tf.Tensor, product_id: tf.Tensor) -> dict[str, tf.Tensor]:
        """Ratings of [N] pairs of raw ids; see the module's docstring."""
        inputs = self._buyers.look_up(buyer_id)
        products = self._products.lookup(product_id)
        found = self._model.rate(inputs, products)
        if self._label.is_binary:
            found = tf.sigmoid(found)
        elif TRANSFORMS[self._label.name] == "log1p":
            found = tf.math.expm1(found)
        known = (inputs[features.BUYER] > 0) & (products > 0)
        return {"ratings": found, "is_known": known}


class Servable(tf.Module):
    """What a model can be asked, by the name of the signature."""

    def __init__(
        self,
        model: TwoTowerModel,
        vocabularies: Vocabularies,
        label: Label | None,
        parameters: Parameters,
    ) -> None:
        super().__init__(name="servable")
        buyers = Buyers(model, vocabularies, parameters)
        self._recommender = self._rater = None
        if parameters.retrieves:
            self._recommender = Recommender(model, buyers, vocabularies, parameters)
        if label is not None:
            self._rater = Rater(model, buyers, vocabularies, label)

    def index_facts(self) -> dict[str, Any] | None:
        """For the document, how products are found; None where nothing is retrieved."""
        return None if self._recommender is None else self._recommender.index.facts

    def signatures(self) -> dict[str, tf.types.experimental.PolymorphicFunction]:
        """Each function under its name, the first as `serving_default` too."""
        found = {}
        if self._recommender is not None:
            found["recommend"] = self._recommender.recommend
        if self._rater is not None:
            found["rate"] = self._rater.rate
        return {"serving_default": next(iter(found.values())), **found}


def export(servable: Servable, folder: str, extras: Mapping[str, bytes]) -> None:
    """Writes the SavedModel; one that could not be written whole is removed.

    Args:
      servable: What is served.
      folder: Receives it.
      extras: Further files, by name, for the SavedModel's own `assets.extra`.

    Raises:
      tf.errors.OpError: The disk is full, or the folder cannot be written.
    """
    try:
        options = tf.saved_model.SaveOptions(namespace_whitelist=[index.OPS])
        signatures = servable.signatures()
        tf.saved_model.save(servable, folder, signatures, options)
        tf.io.gfile.makedirs(f"{folder}/{EXTRAS}")
        for name, content in extras.items():
            with tf.io.gfile.GFile(f"{folder}/{EXTRAS}/{name}", "wb") as file:
                file.write(content)
    except BaseException:
        if tf.io.gfile.exists(folder):
            tf.io.gfile.rmtree(folder)
        raise


def _snapshot(
    model: TwoTowerModel, vocabularies: Vocabularies, parameters: Parameters
) -> dict[str, np.ndarray]:
    """[B + 1, …] features of each buyer that the query tower uses, 0 for unknown."""
    used = model.query_tower.embeddings
    made = {
        name: vocabularies.buyer_codes(name, encoding)
        for name in features.BUYER_TEXT
        if name in used and (encoding := vocabularies.buyer_encoding(name))
    }
    if {features.HISTORY, features.REPEAT} & set(parameters.features):
        made[features.HISTORY] = vocabularies.histories(parameters.history_length)
    return made
