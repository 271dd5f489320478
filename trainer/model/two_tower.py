"""The model: two towers, and the objectives that train them.

Its `loss` is the mean over the examples of an epoch, each counting once. TFRS's own
`train_step` reports the last batch's sum under that name; the optimizer here steps
on such a sum too, in which recent examples may weigh more.
"""

from collections.abc import Mapping
from typing import Protocol

import tensorflow as tf
import tensorflow_recommenders as tfrs

from trainer import features
from trainer.labels import Label
from trainer.model import scoring
from trainer.model.rating import RatingHead, RatingObjective
from trainer.model.retrieval import RetrievalObjective
from trainer.model.towers import CandidateTower, QueryTower
from trainer.parameters import Parameters
from trainer.vocabularies import Vocabularies

DENSE_ELEMENTS = 1 << 18
"""A table of up to this many weights has its gradient added up densely."""


class Objective(Protocol):
    """What the towers are trained for."""

    metrics: list[tf.keras.metrics.Metric]

    def losses(
        self, inputs: dict[str, tf.Tensor], queries: tf.Tensor, candidates: tf.Tensor
    ) -> tf.Tensor:
        """[n] loss of each example, for [n, D + 2] outputs of both towers."""


class TwoTowerModel(tfrs.Model):
    """Describes a buyer and a product by two towers that are trained together."""

    def __init__(
        self,
        query_tower: QueryTower,
        candidate_tower: CandidateTower,
        products: int,
        knows_repeats: bool,
    ) -> None:
        """Makes the model; `add_objective` says what it is trained for.

        Args:
          query_tower: Embeds queries.
          candidate_tower: Embeds products.
          products: `P`.
          knows_repeats: Whether what was bought before takes part in a score.
        """
        super().__init__()
        self.query_tower = query_tower
        self.candidate_tower = candidate_tower
        self.rating_head: RatingHead | None = None
        self._products = products
        self.knows_repeats = knows_repeats
        self._objectives: list[
            tuple[Objective, float, tf.keras.metrics.Metric | None]
        ] = []
        self._mean_loss = tf.keras.metrics.Mean(name="loss")

    def add_objective(
        self, objective: Objective, weight: float = 1.0, name: str | None = None
    ) -> None:
        """Adds `weight` times the objective's losses to the loss.

        Their own mean is reported as `name`; none where they are the whole loss.
        """
        mean = None if name is None else tf.keras.metrics.Mean(name=name)
        self._objectives = [*self._objectives, (objective, weight, mean)]

    def make_variables(self, inputs: dict[str, tf.Tensor]) -> None:
        """Makes the variables, which the first batch would make otherwise."""
        queries = self.query_tower(inputs)
        candidates = self.candidate_tower(inputs[features.PRODUCT])
        if self.rating_head is not None:
            self.rating_head(queries, candidates)

    @property
    def metrics(self) -> list[tf.keras.metrics.Metric]:
        """What Keras resets at each epoch's start."""
        found = [self._mean_loss]
        for objective, _, mean in self._objectives:
            if mean is not None:
                found.append(mean)
            found += objective.metrics
        return found

    def compute_loss(
        self, inputs: dict[str, tf.Tensor], training: bool = False
    ) -> tf.Tensor:
        """[n] weighted sum of the objectives' losses; updates their metrics."""
        queries = self.query_tower(inputs, training=training)
        candidates = self.candidate_tower(inputs[features.PRODUCT], training=training)
        weighted = []
        for objective, weight, mean in self._objectives:
            losses = objective.losses(inputs, queries, candidates)
            if mean is not None:
                mean.update_state(losses)
            weighted.append(weight * losses)
        total = tf.add_n(weighted)
        self._mean_loss.update_state(total)
        return total

    def catalogue(self) -> tf.Tensor:
        """[P, D + 2] embeddings of products 1 … P, for `score_catalogue`."""
        return self.candidate_tower(tf.range(1, self._products + 1))

    def score_catalogue(
        self, inputs: Mapping[str, tf.Tensor], catalogue: tf.Tensor
    ) -> tf.Tensor:
        """[n, P] scores of products 1 … P for a batch of queries."""
        bought = None
        if self.knows_repeats:
            history = inputs[features.HISTORY]
            bought = scoring.bought_in_catalogue(history, self._products)
        return scoring.scores(self.query_tower(inputs), catalogue, bought)

    def rate(self, inputs: Mapping[str, tf.Tensor], products: tf.Tensor) -> tf.Tensor:
        """[n] what the rating head says of [n] queries and products."""
        head = self.rating_head
        assert head is not None, "the model has no rating head"
        return head(self.query_tower(inputs), self.candidate_tower(products))

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
        return self._results()

    @tf.autograph.experimental.do_not_convert
    def test_step(self, inputs: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        """The same loss without a step."""
        self.compute_loss(inputs)
        return self._results()

    def _results(self) -> dict[str, tf.Tensor]:
        return {metric.name: metric.result() for metric in self.metrics}


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


def build(
    vocabularies: Vocabularies, parameters: Parameters, label: Label | None = None
) -> TwoTowerModel:
    """The model for a data set; features that the data lacks are left out.

    Args:
      vocabularies: Of the train split.
      parameters: Its task says which objectives the model has.
      label: What the rating head predicts; needed by a task that has one.
    """
    model = _towers(vocabularies, parameters)
    retrieval = RetrievalObjective(vocabularies.product_counts, parameters)
    if not parameters.rates:
        model.add_objective(retrieval)
        return model
    assert label is not None, f"{parameters.task} needs a label"
    model.rating_head = RatingHead(parameters.rating_layers, label)
    rating = RatingObjective(model.rating_head, label)
    if parameters.retrieves:
        model.add_objective(retrieval, name="retrieval_loss")
        model.add_objective(rating, parameters.rating_weight, name="rating_loss")
    else:
        model.add_objective(rating)
    return model


def _towers(vocabularies: Vocabularies, parameters: Parameters) -> TwoTowerModel:
    wanted = set[str](parameters.features)
    sizes = {features.BUYER: len(vocabularies.buyers)}
    for name in features.BUYER_TEXT:
        encoding = vocabularies.buyer_encoding(name)
        if encoding and name in wanted:
            sizes[name] = len(encoding)
    tables = {
        name: (codes, len(encoding))
        for name, (codes, encoding) in vocabularies.product_features().items()
        if name in wanted
    }
    numbers = {k: v for k, v in vocabularies.product_numbers().items() if k in wanted}
    dim, products = parameters.embedding_dim, len(vocabularies.products)
    repeats = features.REPEAT in wanted and parameters.retrieves
    candidate_tower = CandidateTower(products, tables, numbers, dim, repeats)
    past = candidate_tower.identity if features.HISTORY in wanted else None
    query_tower = QueryTower(sizes, dim, past, repeats)
    return TwoTowerModel(query_tower, candidate_tower, products, repeats)
