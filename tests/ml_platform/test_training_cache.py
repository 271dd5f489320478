"""Caching: once, never good by worse, always with a reason."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ml_platform.experiments import documents
from ml_platform.experiments.errors import StoreAway
from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.services.training_cache import TrainingCacheService
from tests.ml_platform.samples import sample_document, write_document
from training_metrics.errors import StoreUnavailable

MakeRun = Callable[..., QuickTest]


def cache(run: QuickTest) -> bool:
    return TrainingCacheService().cache_training_history(run)


def rewrite(run: QuickTest, document: dict) -> None:
    write_document(Path(run.gcs_artifacts_path), document)


def test_the_cache_has_the_shape_of_the_contract(sample_run: QuickTest) -> None:
    history = sample_run.training_history_json
    assert history["available"] is True
    assert history["status"] == "completed"
    assert history["epochs"] == list(range(1, 61))
    assert set(history["loss"]) == {"train", "val", "total", "regularization"}
    assert set(history["weight_stats"]["query"]) == {"mean", "std", "min", "max"}
    assert history["sampling"] == {"kept": 60, "of": 60}
    assert history["source"]["sha256"] == sample_run.cached_sha256
    assert history["histogram_available"] is True
    assert history["mlflow_run_id"] is None
    json.dumps(history, allow_nan=False)


def test_a_run_without_mlflow_id_is_cached(make_run: MakeRun) -> None:
    """FIELD row 1: the old platform returned early for those, so for all new runs."""
    run = make_run(sample_document(10), cached=False)
    assert run.mlflow_run_id == ""
    assert cache(run) is True


@pytest.mark.parametrize("status", ["failed", "interrupted", "running"])
def test_a_run_that_did_not_complete_is_cached(make_run: MakeRun, status: str) -> None:
    """FIELD row 2."""
    run = make_run(sample_document(10, status=status))
    assert run.status == status
    assert run.has_history


def test_a_null_stays_at_its_epoch(sample_run: QuickTest) -> None:
    """FIELD row 5."""
    val = sample_run.training_history_json["loss"]["val"]
    assert len(val) == 60
    assert val[11] is None
    assert val[32] is None


def test_params_are_kept_whole_and_the_trainers_win(make_run: MakeRun) -> None:
    """FIELD row 8."""
    run = make_run(sample_document(10), cached=False)
    QuickTest.objects.filter(pk=run.pk).update(
        params={"learning_rate": None, "owner": "ana"}
    )
    cache(run)
    assert run.params["learning_rate"] == 0.001
    assert run.params["owner"] == "ana"
    assert run.training_history_json["params"]["towers"] == [64, 32]


def test_zero_is_a_value(make_run: MakeRun) -> None:
    """FIELD row 9."""
    document = sample_document(3)
    document["final_metrics"]["test_loss"] = 0.0
    document["loss"]["val_loss"] = [0.0, 1.0, 2.0]
    run = make_run(document)
    assert run.test_loss == 0.0
    assert (run.best_val_loss, run.best_epoch) == (0.0, 1)


def test_the_best_epoch_survives_sampling(make_run: MakeRun) -> None:
    """FIELD row 17: sampling by list index could drop the best epoch."""
    document = sample_document(1_000, marks=False)
    document["loss"]["val_loss"][777] = 0.001
    run = make_run(document)
    history = run.training_history_json
    assert history["sampling"] == {"kept": len(history["epochs"]), "of": 1_000}
    assert len(history["epochs"]) <= 400
    assert 778 in history["epochs"]
    assert run.best_epoch == 778


def test_the_same_document_changes_nothing(sample_run: QuickTest) -> None:
    before = sample_run.cached_at
    assert cache(sample_run) is True
    assert sample_run.cached_at == before


def test_a_shorter_document_never_replaces_a_longer_one(make_run: MakeRun) -> None:
    run = make_run(sample_document(20))
    rewrite(run, sample_document(10))
    assert cache(run) is True
    assert run.epoch_count == 20


def test_an_older_document_never_replaces_a_newer_one(make_run: MakeRun) -> None:
    run = make_run(sample_document(10))
    rewrite(run, sample_document(20) | {"saved_at": "2026-11-22T10:56:00.123Z"})
    cache(run)
    assert run.epoch_count == 10


def test_a_running_snapshot_never_replaces_the_end(make_run: MakeRun) -> None:
    run = make_run(sample_document(10))
    rewrite(run, sample_document(10, status="running"))
    cache(run)
    assert run.status == "completed"


def test_the_end_replaces_a_running_snapshot(make_run: MakeRun) -> None:
    run = make_run(sample_document(10, status="running"))
    rewrite(run, sample_document(20))
    cache(run)
    assert (run.status, run.epoch_count) == ("completed", 20)


def test_a_broken_document_never_replaces_a_good_one(sample_run: QuickTest) -> None:
    place = Path(sample_run.gcs_artifacts_path) / "training_metrics.json"
    place.write_text("{ not json")
    assert cache(sample_run) is True
    assert sample_run.epoch_count == 60
    assert sample_run.reason_code == "DOCUMENT_REFUSED"


def test_a_missing_document_has_a_reason(make_run: MakeRun) -> None:
    """FIELD row 10."""
    run = make_run()
    assert cache(run) is False
    history = run.training_history_json
    assert (history["available"], history["reason"]) == (False, "DOCUMENT_MISSING")
    assert "no document there" in history["message"]
    assert history["loss"] == {}


def test_a_document_without_epochs_has_a_reason(make_run: MakeRun) -> None:
    run = make_run(sample_document(0))
    assert run.training_history_json["reason"] == "NO_EPOCHS"
    assert run.status == "completed"


def test_a_place_outside_the_roots_has_a_reason(make_run: MakeRun) -> None:
    run = make_run()
    run.gcs_artifacts_path = "/etc"
    run.save()
    assert cache(run) is False
    assert run.reason_code == "ROOT_NOT_ALLOWED"


def test_a_store_that_is_away_leaves_the_cache(
    sample_run: QuickTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(uri: str) -> None:
        raise StoreUnavailable(uri, "connection reset")

    monkeypatch.setattr(documents, "open_store", away)
    with pytest.raises(StoreAway, match="did not answer; try again"):
        cache(sample_run)
    sample_run.refresh_from_db()
    assert sample_run.has_history
