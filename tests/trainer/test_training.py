"""One run end to end through TFX's executor, and how runs fail."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from tests.trainer.fn_args import FnArgs
from trainer import final_metrics, interruption, training
from trainer.errors import DataError, Interrupted, ParameterError
from trainer.job import from_fn_args
from trainer.module import run_fn
from training_metrics import read_document
from training_metrics.storage import document_uri


def test_the_document_is_valid_and_complete(trained: Any) -> None:
    result = read_document(document_uri(str(trained.artifacts)))

    document = trained.document
    assert result.findings == []
    assert (document["status"], document["epochs"]) == ("completed", [0, 1, 2])
    assert set(document["loss"]) == {"loss", "val_loss"}
    assert set(document["gradient"]) == {"total", "query", "candidate"}
    assert set(document["weight_stats"]) == {"query", "candidate"}
    assert set(document["gradient_stats"]) == {"query", "candidate"}
    assert document["anomalies"] == []
    assert document["run"]["quick_test_id"] == 5
    assert document["run"]["reduction"]["loss"] == training.MEAN_OVER_EXAMPLES
    assert document["run"]["data"]["rows_read"] == 4000
    assert document["run"]["evaluation"]["train_until"]
    assert document["run"]["model"] == str(trained.model)


def test_training_learns(trained: Any) -> None:
    losses = trained.document["loss"]["loss"]

    assert losses[-1] < losses[0]


def test_recall_stands_beside_popularity(trained: Any) -> None:
    final = trained.document["final_metrics"]

    for k in (5, 10, 50, 100):
        assert 0 <= final[f"test_recall_at_{k}"] <= 1
        assert 0 <= final[f"test_popularity_recall_at_{k}"] <= 1
        assert 0 < final[f"test_user_recall_at_{k}"] <= 1
        assert 0 < final[f"test_user_popularity_recall_at_{k}"] <= 1
    assert final["test_loss"] > 0


def test_the_saved_model_answers_raw_buyer_ids(trained: Any, examples: Path) -> None:
    from trainer import vocabularies

    known = vocabularies.load(examples)
    served = tf.saved_model.load(str(trained.model)).signatures["serving_default"]

    answer = served(buyer_id=tf.constant([known.buyer_names[0], "nobody"]))

    assert answer["is_known"].numpy().tolist() == [True, False]
    names = answer["product_ids"].numpy()
    assert names.shape == (2, 10)
    popular = [name.encode() for name in known.product_names[:10]]
    assert names[1].tolist() == popular
    assert (np.diff(answer["scores"].numpy(), axis=1) <= 0).all()


def test_an_unknown_key_of_custom_config_is_refused(
    examples: Path, tmp_path: Path
) -> None:
    with pytest.raises(ParameterError, match="parametrs: unknown name; did you mean"):
        from_fn_args(FnArgs(examples, tmp_path, parametrs={}))


def test_a_missing_split_is_refused(examples: Path, tmp_path: Path) -> None:
    arguments = FnArgs(examples, tmp_path)
    arguments.eval_files = []

    with pytest.raises(DataError, match="have no eval split; give TFX examples"):
        from_fn_args(arguments)


def test_a_failure_leaves_a_document_that_says_so(
    examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(final_metrics, "log", _raise(ValueError("no room")))

    with pytest.raises(ValueError, match="no room"):
        run_fn(FnArgs(examples, tmp_path, parameters={"epochs": 1}))

    document = read_document(document_uri(str(tmp_path / "artifacts"))).document
    assert document.status == "failed"
    assert document.epochs == [0]


def test_a_signal_leaves_a_document_that_says_so(
    examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(final_metrics, "log", _raise(Interrupted("SIGTERM", 15)))

    with pytest.raises(Interrupted, match=r"ended by signal 15 \(SIGTERM\); what"):
        run_fn(FnArgs(examples, tmp_path, parameters={"epochs": 1}))

    document = read_document(document_uri(str(tmp_path / "artifacts"))).document
    assert document.status == "interrupted"
    assert document.error.kind == "signal"
    assert document.run["attempts"][-1]["ended_by"] == "signal 15"


def _raise(error: Exception) -> Any:
    def fail(*args: Any) -> None:
        raise error

    return fail


def test_a_signal_that_was_dropped_stops_training_at_the_epoch_s_end(
    examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped = [Interrupted("SIGTERM", 15)]
    monkeypatch.setattr(interruption, "_received", dropped)

    with pytest.raises(Interrupted):
        run_fn(FnArgs(examples, tmp_path, parameters={"epochs": 3, "batch_size": 512}))

    document = read_document(document_uri(str(tmp_path / "artifacts"))).document
    assert (document.status, document.epochs) == ("interrupted", [0])
