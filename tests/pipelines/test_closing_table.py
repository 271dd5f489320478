"""The closing table: what it reads from a run's document, and without one."""

import io

import pytest
from rich.console import Console

from pipelines.closing_table import print_closing_table
from pipelines.runs import Run
from pipelines.steps import StepList
from training_metrics import MetricsCollector


@pytest.fixture
def printed(tmp_path):
    """Prints the table for a run's folder and returns its text."""

    def render() -> str:
        console = Console(file=io.StringIO(), width=100)
        steps = StepList(tmp_path / "progress", console)
        steps.seconds = {"prepare": 12.5}
        print_closing_table(Run(1, str(tmp_path), ""), steps, 20.0, console)
        return console.file.getvalue()

    return render


def test_errors_stand_beside_those_of_a_constant(printed, tmp_path):
    with MetricsCollector(str(tmp_path)) as collector:
        collector.log_metrics({"test_rmse": 0.5, "test_train_mean_rmse": 0.75})
        collector.log_metric("test_auc_roc", 0.875)
        collector.save()
    text = " ".join(printed().split())
    assert "Test RMSE 0.5000 train's mean 0.7500" in text
    assert "Test AUC 0.8750" in text


def test_recall_stands_beside_popularity_on_the_same_split(printed, tmp_path):
    with MetricsCollector(str(tmp_path)) as collector:
        collector.record_run({"data": {"rows_read": 1200, "rows_kept": 1000}})
        collector.log_metrics({"loss": 1.0}, 0)
        collector.log_metric("test_recall_at_10", 0.05)
        collector.log_metric("test_popularity_recall_at_10", 0.02)
        collector.save()
    text = printed()
    assert "1,000 of 1,200 kept" in text
    assert "5.00%   popularity   2.00%   ×2.5" in text
    assert "Prepare data" in text


def test_a_popularity_of_zero_has_no_ratio(printed, tmp_path):
    with MetricsCollector(str(tmp_path)) as collector:
        collector.log_metric("test_recall_at_10", 0.05)
        collector.log_metric("test_popularity_recall_at_10", 0.0)
        collector.save()
    assert "×" not in printed()


def test_a_run_without_a_document_says_so(printed):
    assert "no document here" in printed()
