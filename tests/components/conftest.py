"""Documents and artifacts as the components meet them."""

from pathlib import Path

import pytest
from kfp.dsl import HTML, Artifact, Metrics

from training_metrics import MetricsCollector


@pytest.fixture
def artifacts_uri(tmp_path) -> str:
    folder = tmp_path / "quick_tests" / "7"
    folder.mkdir(parents=True)
    return str(folder)


@pytest.fixture
def outputs(tmp_path) -> dict:
    """The three artifacts of persist, at KFP's local places."""
    folder = tmp_path / "outputs"
    folder.mkdir()
    return {
        "training_metrics": Artifact(uri=str(folder / "training_metrics")),
        "metrics": Metrics(uri=str(folder / "metrics")),
        "report": HTML(uri=str(folder / "report")),
    }


@pytest.fixture
def journal(tmp_path) -> Path:
    """The journal of a trainer that was killed in its third epoch."""
    path = tmp_path / "journal.jsonl"
    collector = MetricsCollector(str(tmp_path / "elsewhere"), journal=str(path))
    for epoch, loss in enumerate([3.0, 2.0]):
        collector.log_metrics({"loss": loss}, epoch)
        collector.end_epoch(epoch)
    return path


@pytest.fixture
def completed(artifacts_uri, tmp_path) -> str:
    """A completed run of three epochs, one value NaN; returns its folder."""
    with MetricsCollector(artifacts_uri, journal=str(tmp_path / "j")) as collector:
        collector.record_run({"quick_test_id": 7, "evaluation": {"split": "time"}})
        collector.log_params({"optimizer": "adagrad", "note": "<script>"})
        for epoch, loss in enumerate([3.0, float("nan"), 1.5]):
            collector.log_metrics({"loss": loss, "val_recall_at_100": 0.1}, epoch)
            collector.end_epoch(epoch)
        collector.log_diagnosis(
            {"kind": "best_epoch", "series": "loss.loss", "epoch": 2, "value": 1.5}
        )
        collector.log_metric("test_recall_at_100", 0.27)
        collector.log_metric("test_loss", float("inf"))
        collector.save()
    return artifacts_uri
