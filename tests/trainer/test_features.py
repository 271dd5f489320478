"""Hashed text and normalised numbers, trained and served as every other feature is."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from tests.trainer.fn_args import FnArgs
from trainer import dataset, vocabularies, warm_start
from trainer.model import two_tower
from trainer.module import run_fn
from trainer.parameters import parse
from training_metrics import TrainingMetrics, read_document
from training_metrics.storage import document_uri

FEATURES = ["country", "segment", "category", "words", "price", "repeat"]
BINS = {"segment": 5, "category": 7, "words": 40}
PARAMETERS = {"epochs": 2, "batch_size": 256, "features": FEATURES, "hash_bins": BINS}


@pytest.fixture(scope="module")
def run(examples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with hashed text and a number."""
    root = tmp_path_factory.mktemp("hashed")
    run_fn(FnArgs(examples, root, parameters=PARAMETERS))
    return root


@pytest.fixture
def document(run: Path) -> TrainingMetrics:
    """Its document, without findings."""
    result = read_document(document_uri(str(run / "artifacts")))
    assert result.findings == []
    return result.document


def _weights(run: Path) -> dict[str, np.ndarray]:
    with np.load(run / "model" / "assets.extra" / warm_start.FILE_NAME) as weights:
        return {name: weights[name] for name in weights.files if name != "values"}


def test_a_hashed_feature_has_a_row_a_bin_and_a_number_has_a_vector(run: Path) -> None:
    shapes = {name: weights.shape for name, weights in _weights(run).items()}

    assert shapes["query_tower/query_segment/embedding:0"] == (6, 32)
    assert shapes["candidate_tower/candidate_category/embedding:0"] == (8, 32)
    assert shapes["candidate_tower/candidate_words/embedding:0"] == (41, 32)
    assert shapes["candidate_tower/candidate_price/vector:0"] == (32,)


@pytest.mark.parametrize("kind", ["weight_stats", "gradient_stats"])
def test_statistics_count_their_variables(
    run: Path, document: TrainingMetrics, kind: str
) -> None:
    sizes = dict.fromkeys(("query", "candidate"), 0)
    for name, weights in _weights(run).items():
        sizes[name.split("_")[0]] += weights.size

    assert sizes["candidate"] > sizes["query"]
    assert document.run["towers"]["unassigned"] == []
    for tower, size in sizes.items():
        counts = getattr(document, kind)[tower].histogram.counts
        steps = 1 if kind == "weight_stats" else _steps(document)
        assert [sum(row) for row in counts] == [steps * size] * 2


def _steps(document: TrainingMetrics) -> int:
    return -(-document.run["data"]["train_examples"] // PARAMETERS["batch_size"])


def test_the_price_and_the_bins_are_trained(run: Path) -> None:
    weights = _weights(run)

    # Both begin within 0.05 of zero.
    assert np.abs(weights["candidate_tower/candidate_price/vector:0"]).max() > 0.05
    assert np.abs(weights["candidate_tower/candidate_words/embedding:0"]).max() > 0.05


def _restored(run: Path, examples: Path, **changes: Any) -> tuple[Any, Any, Any]:
    """A new model that started from the run's, its vocabularies, what it took."""
    parameters = parse({**PARAMETERS, **changes})
    known = replace(vocabularies.load(examples), hash_bins=parameters.hash_bins)
    model = two_tower.build(known, parameters)
    train = dataset.read([f"{examples}/Split-train/*"], "train", known, 50)
    model.make_variables(train.first())
    return model, known, warm_start.start(model, known, str(run / "model"))


def test_what_is_served_is_what_is_evaluated(run: Path, examples: Path) -> None:
    model, known, _ = _restored(run, examples)
    test = dataset.read([f"{examples}/Split-test/*"], "test", known, 50)
    buyer = int(test.arrays["buyer"].max())
    served = tf.saved_model.load(str(run / "model")).signatures["recommend"]

    answer = served(buyer_id=tf.constant([known.buyer_names[buyer - 1]]))

    of_buyer = test.take(np.flatnonzero(test.arrays["buyer"] == buyer)[:1])
    # A buyer is served as of the end of train.
    inputs = {**of_buyer.first(), "history": known.histories(50)[[buyer]]}
    scores = model.score_catalogue(inputs, model.catalogue()).numpy()[0]
    best = np.sort(scores)[::-1][: answer["scores"].shape[1]]
    np.testing.assert_allclose(answer["scores"][0], best, rtol=1e-4, atol=1e-5)


def test_the_same_bins_go_on_from_an_earlier_model(run: Path, examples: Path) -> None:
    model, _, taken = _restored(run, examples)

    learnt = _weights(run)["candidate_tower/candidate_words/embedding:0"]
    table = model.candidate_tower.embeddings["words"].table.numpy()
    np.testing.assert_array_equal(table[1:], learnt[1:])
    assert taken["known"]["words"] == "40 of 40"
    assert taken["new_variables"] == []


@pytest.mark.parametrize("bins", [{**BINS, "words": 41}, {"segment": 5, "category": 7}])
def test_other_bins_or_none_start_anew_and_it_is_said(
    run: Path, examples: Path, bins: dict[str, int]
) -> None:
    model, _, taken = _restored(run, examples, hash_bins=bins)

    table = model.candidate_tower.embeddings["words"].table.numpy()
    assert np.abs(table).max() <= 0.05
    assert taken["known"]["words"] == f"0 of {len(table) - 1}"
    assert taken["known"]["category"] == "7 of 7"
