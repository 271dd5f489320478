"""What went wrong in the field, row by row of its table: here it does not.

Rows 1, 2, 13 to 18 concern other rooms.
"""

import json
import logging

import numpy as np
import pytest

from training_metrics import GridHistogram, MetricsCollector
from training_metrics.errors import DocumentNotFound
from training_metrics.reading import read_document


@pytest.fixture
def collector(tmp_path):
    with MetricsCollector(str(tmp_path / "run"), journal=tmp_path / "journal") as made:
        yield made


def written(collector):
    """The document as any JSON reader sees it, strict about tokens."""
    with open(collector.save().uri) as file:  # noqa: PTH123

        def refuse(token):
            raise AssertionError(token)

        return json.load(file, parse_constant=refuse)


def test_row_3_all_epochs_share_edges_that_hold_every_value(collector):
    """Edges were stored once, while each epoch had its own range."""
    arrays = [np.full(10, 10.0**epoch, np.float32) for epoch in range(-3, 4)]
    for epoch, array in enumerate(arrays):
        stats = {"min": array.min(), "max": array.max()}
        collector.log_weight_stats("q", stats, GridHistogram.of(array), epoch)
    histogram = written(collector)["weight_stats"]["q"]["histogram"]
    edges = np.array(histogram["bin_edges"])
    for array, row in zip(arrays, histogram["counts"], strict=True):
        (filled,) = np.nonzero(row)
        assert row[filled[0]] == 10
        assert edges[filled[0]] <= array[0] < edges[filled[0] + 1]


def test_row_4_tiny_gradients_are_told_apart(collector):
    """Bins fixed at plus and minus one put nearly all of them into one."""
    array = np.random.default_rng(1).normal(0, 1e-6, 5000).astype(np.float32)
    collector.log_gradient_stats("q", {"norm": 1}, GridHistogram.of(array), 0)
    row = written(collector)["gradient_stats"]["q"]["histogram"]["counts"][0]
    assert sum(row) == 5000
    assert max(row) < 5000 / 10


def test_row_4_counts_beyond_32_bits_are_exact(collector):
    histogram = GridHistogram.of(np.ones(1))
    for _ in range(40):
        histogram = histogram + histogram
    collector.log_gradient_stats("q", {}, histogram, 0)
    counts = written(collector)["gradient_stats"]["q"]["histogram"]["counts"]
    assert counts == [[2**40]]


def test_row_5_a_metric_logged_once_is_no_one_element_list(collector):
    for epoch in range(3):
        collector.log_metric("loss", 1, epoch)
    collector.log_metric("catalogue_coverage", 0.5)
    collector.log_metric("late", 0.25, 2)
    document = written(collector)
    assert document["final_metrics"] == {"catalogue_coverage": 0.5}
    assert document["metrics"] == {"late": [None, None, 0.25]}


def test_row_6_no_bare_nan_is_ever_written(collector):
    for epoch, value in enumerate([np.nan, np.inf, -np.inf]):
        collector.log_metric("loss", value, epoch)
        collector.log_weight_stats("q", {"mean": value})
    collector.log_metrics({"test_loss": np.nan})
    collector.log_params({"nan": np.nan, "inf": [np.inf]})
    collector.record_run({"nan": {"deep": np.nan}})
    collector.log_diagnosis({"kind": "x", "value": np.inf})
    document = written(collector)
    assert document["loss"]["loss"] == [None] * 3
    assert len(document["anomalies"]) == 7


def test_row_7_a_save_that_fails_is_loud_and_training_still_ends(tmp_path, caplog):
    (tmp_path / "run").write_text("in the way")
    with MetricsCollector(str(tmp_path / "run"), journal=tmp_path / "j") as collector:
        collector.log_metric("loss", 1, 0)
    (record,) = [r for r in caplog.records if r.levelno == logging.ERROR]
    assert "The document is kept at" in record.getMessage()


def test_row_8_parameters_stay_whole(collector):
    params = {
        "towers": {"query": [64, 32]},
        "none": None,
        "zero": 0,
        "text": "x" * 9000,
    }
    collector.log_params(params)
    assert written(collector)["params"] == params


def test_row_9_zero_is_a_value(collector):
    collector.log_metrics({"loss": 0.0, "val_recall": 0}, 0)
    collector.log_metric("test_loss", 0.0)
    document = written(collector)
    assert document["epochs"] == [0] and document["available"] is True
    assert document["loss"]["loss"] == document["metrics"]["val_recall"] == [0]
    assert document["final_metrics"] == {"test_loss": 0.0}


def test_row_10_where_there_is_nothing_to_show_there_is_a_reason(tmp_path):
    """A reader that was missing said "loading…" for ever."""
    with pytest.raises(DocumentNotFound, match="no document here; check the path, or"):
        read_document(str(tmp_path / "absent.json"))
    with pytest.raises(MemoryError), MetricsCollector(str(tmp_path)) as collector:
        raise MemoryError("before the first epoch")
    document = read_document(collector.uri).document
    assert (document.available, document.status) == (False, "failed")
    assert document.error.message == "MemoryError: before the first epoch"


@pytest.mark.parametrize("tower", ["item_2", "rating.head", "é", "a b", "__proto__"])
def test_row_11_any_tower_is_taken(collector, tower):
    collector.log_weight_stats(tower, {"mean": 1}, step=0)
    collector.log_metric(f"{tower}_weight_norm", 2, 0)
    document = read_document(collector.save().uri).document
    assert document.weight_stats[tower].mean == [1]
    assert document.gradient[tower] == [2]


def test_row_12_no_network_while_training(gcs, name, tmp_path):
    """Nothing is asked of the store before the end; then one object is written."""
    journal = tmp_path / "journal"
    with MetricsCollector(f"gs://bucket/{name}", journal=journal) as collector:
        for epoch in range(20):
            collector.log_metric("loss", epoch, epoch)
            collector.end_epoch(epoch)
        assert gcs.requests == []
    assert sum(request.startswith("POST") for request in gcs.requests) == 1
