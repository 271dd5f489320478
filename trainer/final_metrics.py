"""What the test split says of a trained model, beside what knows nothing of buyers.

Recall stands beside popularity's, errors beside those of always saying train's mean.
"""

from typing import Any

import numpy as np

from trainer import dataset, evaluation, features, progress
from trainer.dataset import Split
from trainer.evaluation import named
from trainer.labels import Label
from trainer.model.two_tower import TwoTowerModel
from trainer.parameters import K_COUNTS, Parameters
from trainer.vocabularies import Vocabularies
from training_metrics import MetricsCollector


def log(
    model: TwoTowerModel,
    test: Split,
    vocabularies: Vocabularies,
    label: Label | None,
    parameters: Parameters,
    collector: MetricsCollector,
) -> None:
    """Logs every `test_*` number, and the protocol behind them.

    Args:
      model: Compiled and trained.
      test: The whole split.
      vocabularies: Of train.
      label: What the rating head predicts, if there is one.
      parameters: Its task says what is judged.
      collector: Receives the numbers.
    """
    progress.report("evaluate", "start", message=f"{len(test):,} test examples")
    final: dict[str, float] = {}
    protocol: dict[str, Any] = {}
    if parameters.retrieves:
        final |= _recall(model, test, vocabularies)
        candidates = len(vocabularies.products)
        protocol |= evaluation.protocol(test, candidates, K_COUNTS)
    if label is not None:
        final |= _rating(model, test, label)
        facts = {"split": "time", "examples": len(test), "label": label.facts()}
        protocol |= facts
    known = test.with_known_product()
    if len(known):
        batches = dataset.fixed(known, parameters.batch_size, parameters.seed)
        losses = model.evaluate(batches, verbose=0, return_dict=True)
        final |= named("test_", {k: v for k, v in losses.items() if "loss" in k})
    collector.log_metrics(final)
    collector.record_run({"evaluation": protocol})
    shown = {
        name: value
        for name, value in final.items()
        if name.endswith(("_100", "rmse", "auc_roc")) and "user" not in name
    }
    progress.report("evaluate", "done", metrics=shown)


def _recall(
    model: TwoTowerModel, test: Split, vocabularies: Vocabularies
) -> dict[str, float]:
    candidates = len(vocabularies.products)
    ranks = evaluation.retrieval_ranks(model, test)
    popular = evaluation.popularity_ranks(test, vocabularies.product_counts)
    buyers = test.arrays[features.BUYER]
    final: dict[str, float] = {}
    for name, rank in (("", ranks), ("popularity_", popular)):
        by_example = evaluation.recall(rank, K_COUNTS, candidates)
        by_user = evaluation.user_recall(rank, buyers, K_COUNTS, candidates)
        final |= named(f"test_{name}", by_example) | named(f"test_user_{name}", by_user)
    return final


def _rating(model: TwoTowerModel, test: Split, label: Label) -> dict[str, float]:
    found = evaluation.ratings(model, test)
    truth = test.arrays[features.LABEL]
    if label.is_binary:
        return {"test_auc_roc": evaluation.auc_roc(found, truth)}
    constant = np.full(len(truth), label.mean)
    return named("test_", evaluation.errors(found, truth)) | named(
        "test_train_mean_", evaluation.errors(constant, truth)
    )
