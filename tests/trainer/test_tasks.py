"""Ranking and multitask runs through TFX's executor, and what they serve."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest
import tensorflow as tf

from trainer.errors import DataError
from trainer.executor import Places, execute
from trainer.job import Config
from trainer.prepare import options
from trainer.prepare.preparation import prepare
from training_metrics import read_document
from training_metrics.storage import document_uri

BUYERS, PRODUCTS, LINES = 40, 60, 4000


@pytest.fixture(scope="module")
def liked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Examples whose rating is 1 where the halves of buyer and product agree."""
    rng = np.random.default_rng(5)
    buyer, product = (
        rng.integers(BUYERS, size=LINES),
        rng.integers(PRODUCTS, size=LINES),
    )
    is_noise = rng.random(LINES) < 0.1
    rating = (buyer % 2 == product % 2) ^ is_noise
    folder = tmp_path_factory.mktemp("liked")
    table = pa.table(
        {
            "buyer": np.char.add("b", buyer.astype(str)),
            "product": np.char.add("P", product.astype(str)),
            "time": pa.array(1_700_000_000 + np.arange(LINES) * 60, pa.timestamp("s")),
            "rating": rating.astype(np.float64),
        }
    )
    pa.csv.write_csv(table, folder / "liked.csv")
    examples = folder / "examples"
    prepare(str(folder / "liked.csv"), {}, str(examples), 1, options.parse("{}"))
    return examples


def _run(examples: Path, folder: Path, **parameters: Any) -> Any:
    config = Config(
        artifacts=str(folder / "artifacts"),
        parameters={"epochs": 12, "batch_size": 64, "embedding_dim": 8, **parameters},
    )
    execute(Places(examples, folder / "model", folder / "model_run"), config)
    result = read_document(document_uri(config.artifacts))
    assert result.findings == []
    return result.document


def _served(folder: Path, signature: str) -> Any:
    served = tf.saved_model.load(str(folder / "model" / "Format-Serving"))
    return served.signatures[signature]


def test_a_binary_rating_is_ranked_by_auc(liked: Path, tmp_path: Path) -> None:
    document = _run(liked, tmp_path, task="ranking", label="rating")

    # A tenth of the labels is noise, so that nobody can do better than 0.9.
    assert 0.8 < document.final_metrics["test_auc_roc"] < 0.95
    assert set(document.loss) == {"loss", "val_loss", "auc_roc", "val_auc_roc"}
    assert set(document.gradient_stats) == {"query", "candidate", "rating_head"}
    assert "rating_head" in document.gradient
    best = [f for f in document.diagnosis if f.kind == "best_epoch"]
    assert [finding.series for finding in best] == ["val_auc_roc"]
    protocol = document.run["evaluation"]
    assert protocol["label"]["kind"] == "binary"
    assert "candidates" not in protocol
    assert "index" not in document.run

    answer = _served(tmp_path, "serving_default")(
        buyer_id=tf.constant(["b2", "b2", "nobody"]),
        product_id=tf.constant(["P4", "P5", "P4"]),
    )
    agree, differ, _ = answer["ratings"].numpy()
    assert agree > 0.6 > 0.4 > differ
    assert answer["is_known"].numpy().tolist() == [True, True, False]


def test_multitask_retrieves_and_rates(liked: Path, tmp_path: Path) -> None:
    document = _run(liked, tmp_path, task="multitask", label="rating")

    assert document.final_metrics["test_auc_roc"] > 0.8
    assert 0 < document.final_metrics["test_recall_at_50"] <= 1
    assert {"retrieval_loss", "val_rating_loss"} <= set(document.loss)
    together = np.add(document.loss["retrieval_loss"], document.loss["rating_loss"])
    assert document.loss["loss"] == pytest.approx(together.tolist(), rel=1e-5)
    assert {"test_retrieval_loss", "test_rating_loss"} <= set(document.final_metrics)
    recommended = _served(tmp_path, "recommend")(buyer_id=tf.constant(["b2"]))
    assert recommended["product_ids"].shape == (1, PRODUCTS)
    rated = _served(tmp_path, "rate")(
        buyer_id=tf.constant(["b2"]), product_id=tf.constant(["P4"])
    )
    assert rated["ratings"].shape == (1,)


def test_quantities_are_judged_beside_their_mean(
    examples: Path, tmp_path: Path
) -> None:
    document = _run(examples, tmp_path, task="ranking", epochs=2)

    final = document.final_metrics
    assert 0 < final["test_mae"] <= final["test_rmse"]
    # The generator draws quantities without looking at anything: the mean is best.
    assert final["test_rmse"] == pytest.approx(final["test_train_mean_rmse"], rel=0.1)
    assert {"rmse", "val_rmse", "mae", "val_mae"} <= set(document.loss)
    answer = _served(tmp_path, "serving_default")(
        buyer_id=tf.constant(["nobody"]), product_id=tf.constant(["nothing"])
    )
    (quantity,) = answer["ratings"].numpy()
    assert 1 < quantity < 15  # geometric with a mean of 6.7


def test_a_label_that_the_data_lack_is_one_clear_error(
    examples: Path, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match="have no rating; name its column when prep"):
        _run(examples, tmp_path, task="ranking", label="rating")

    document = json.loads((tmp_path / "artifacts/training_metrics.json").read_text())
    assert document["status"] == "failed"
