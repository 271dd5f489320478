"""The collector: routing, kinds of values, mistakes, resuming, recovering."""

import json
import threading
from pathlib import Path

import numpy as np
import pytest

from training_metrics import GridHistogram, MetricsCollector
from training_metrics.cli import main
from training_metrics.errors import BadValue, CollectorClosed, StepWentBackwards
from training_metrics.journal import recover
from training_metrics.reading import read_document
from training_metrics.writing import to_bytes


@pytest.fixture
def collector(tmp_path):
    with MetricsCollector(str(tmp_path / "run"), journal=tmp_path / "journal") as made:
        yield made


def saved(collector):
    """The document as read back, which must be without findings."""
    result = read_document(collector.save().uri)
    assert result.findings == []
    return result.document


def facts(document):
    """A document without its times, which differ between two savings."""
    raw = json.loads(to_bytes(document))
    del raw["saved_at"]
    return raw


def test_names_go_where_the_contract_says(collector):
    names = ["loss", "val_total_loss", "my_loss", "rmse", "val_auc_roc", "weight_norm"]
    names += ["query_weight_norm", "learning_rate", "val_recall_at_100", "test_auc"]
    collector.log_metrics(dict.fromkeys(names, 0.5), step=0)
    collector.log_metrics({"final_loss": 1, "test_recall_at_5": 2})
    document = saved(collector)
    assert list(document.loss) == [
        "loss",
        "val_total_loss",
        "my_loss",
        "rmse",
        "val_auc_roc",
    ]
    assert list(document.gradient) == ["total", "query"]
    assert list(document.metrics) == ["learning_rate", "val_recall_at_100", "test_auc"]
    assert document.final_metrics == {"final_loss": 1, "test_recall_at_5": 2}


@pytest.mark.parametrize(
    "value",
    [0.5, np.float32(0.5), np.float16(0.5), np.array(0.5), b"0.5", np.bool_(True), 1],
)
def test_scalars_of_every_kind_are_taken(collector, value):
    collector.log_metric("loss", value, np.int64(3))
    document = saved(collector)
    assert document.epochs == [3]
    assert document.loss["loss"] == [float(value)]


def test_what_offers_numpy_is_taken(collector):
    """A TensorFlow scalar, without TensorFlow."""

    class Tensor:
        def numpy(self):
            return np.float32(0.25)

    collector.log_metric("loss", Tensor(), 0)
    assert saved(collector).loss["loss"] == [0.25]


@pytest.mark.parametrize("value", [[1, 2], np.ones((1,)), "high", None, 1j, 10**400])
def test_what_is_no_number_gets_an_error_that_names_it(collector, value):
    with pytest.raises(BadValue, match=r"^accuracy: .* received, expected"):
        collector.log_metric("accuracy", value, 0)


def test_a_step_going_backwards_gets_an_error_that_names_it(collector):
    collector.log_metric("loss", 1, 5)
    with pytest.raises(
        StepWentBackwards, match=r"^loss\.loss: step 3 came after step 5"
    ):
        collector.log_metric("loss", 1, 3)


def test_series_may_start_at_any_epoch_and_between_others(collector):
    collector.log_metric("a", 1, 0)
    collector.log_metric("a", 2, 4)
    collector.log_metric("b", 3, 2)
    collector.log_metric("c", 4, 9)
    document = saved(collector)
    assert document.epochs == [0, 2, 4, 9]
    assert document.metrics == {
        "a": [1, None, 2, None],
        "b": [None, 3, None, None],
        "c": [None, None, None, 4],
    }


def test_the_same_series_and_step_keeps_the_last_and_says_so(collector):
    collector.log_metric("loss", 1, 0)
    collector.log_metric("loss", 2, 0)
    document = saved(collector)
    assert document.loss["loss"] == [2]
    (anomaly,) = document.anomalies
    assert (anomaly.path, anomaly.epoch, anomaly.kind) == ("loss.loss", 0, "replaced")


def test_missing_nan_and_the_infinities_are_four_things(collector):
    for epoch, value in enumerate([1.0, np.nan, np.inf, -np.inf]):
        collector.log_metric("loss", value, epoch)
    collector.log_metric("other", 1, 4)
    document = saved(collector)
    assert document.loss["loss"] == [1, None, None, None, None]
    kinds = [(a.epoch, a.kind) for a in document.anomalies]
    assert kinds == [(1, "nan"), (2, "+inf"), (3, "-inf")]


def test_towers_keep_statistics_and_exact_histograms(collector):
    array = np.array([0.1, 0.2, np.nan, -3.0], np.float32)
    collector.log_metric("loss", 1, 0)
    stats = {"mean": 0.1, "std": 1, "min": -3, "max": 0.2}
    collector.log_weight_stats("any tower", stats, GridHistogram.of(array))
    collector.log_gradient_stats(
        "any tower", stats | {"norm": 2, "median": 0.1}, step=1
    )
    document = saved(collector)
    tower = document.weight_stats["any tower"]
    assert tower.mean == [pytest.approx(0.1), None]
    assert [sum(row) if row else row for row in tower.histogram.counts] == [3, None]
    assert document.gradient_stats["any tower"].series()["median"][1] == pytest.approx(
        0.1
    )
    (anomaly,) = document.anomalies
    assert (anomaly.path, anomaly.kind, anomaly.count) == (
        "weight_stats.any tower.histogram",
        "nan",
        1,
    )


def test_statistics_without_an_epoch_need_one(collector):
    with pytest.raises(BadValue, match=r"^weight_stats\.q: no epoch has been logged"):
        collector.log_weight_stats("q", {"mean": 1})


def test_params_of_any_kind_are_kept(collector):
    collector.log_params(
        {"lr": np.float32(0.5), "name": b"adagrad", "dims": (1, np.int8(2))}
    )
    collector.log_param("nan", float("nan"))
    assert saved(collector).params == {
        "lr": 0.5, "name": "adagrad", "dims": [1, 2], "nan": "nan"
    }  # fmt: skip


def test_run_facts_are_joined_in_depth(collector):
    collector.record_run({"versions": {"a": 1}, "data": {"rows": 2}})
    collector.record_run({"versions": {"b": 2}})
    run = saved(collector).run
    assert run["versions"] == {"a": 1, "b": 2}
    assert run["data"] == {"rows": 2}


def test_after_close_every_call_is_an_error(collector):
    collector.close()
    collector.close()
    for call in (
        lambda: collector.log_metric("loss", 1, 0),
        lambda: collector.log_param("a", 1),
        lambda: collector.log_weight_stats("q", {}, step=0),
        lambda: collector.end_epoch(0),
        lambda: collector.save(),
    ):
        with pytest.raises(CollectorClosed, match="this collector is closed"):
            call()


def test_leaving_by_an_exception_saves_failed_with_the_error(tmp_path):
    with pytest.raises(ZeroDivisionError), MetricsCollector(str(tmp_path)) as collector:
        collector.log_metric("loss", 1, 7)
        collector.log_metric("loss", 1 / 0, 8)
    document = read_document(collector.uri).document
    assert document.status == "failed"
    assert document.error.message == "ZeroDivisionError: division by zero"
    assert document.error.epoch == 7


def test_leaving_by_an_interrupt_saves_interrupted(tmp_path):
    with pytest.raises(KeyboardInterrupt), MetricsCollector(str(tmp_path)):
        raise KeyboardInterrupt
    assert read_document(str(tmp_path / "training_metrics.json")).document.status == (
        "interrupted"
    )


def test_the_journal_holds_all_that_the_document_does(collector):
    random = np.random.default_rng(1)
    collector.log_params({"epochs": 3, "text": "é"})
    for epoch in range(100):
        collector.log_metrics({"loss": random.random(), "acc": np.nan}, epoch)
        if epoch % 2:
            collector.log_metric("sometimes", epoch, epoch)
        collector.end_epoch(epoch)
        array = random.normal(size=50)
        collector.log_weight_stats("q", {"mean": array.mean()}, GridHistogram.of(array))
        collector.end_epoch(epoch)
    collector.log_metric("loss", np.inf, 99)
    collector.log_metrics({"test_loss": 0.1, "test_nan": np.nan})
    collector.log_diagnosis({"kind": "best_epoch", "epoch": np.int64(3)})
    document = saved(collector)
    assert len(document.epochs) == 100
    recovered = recover(collector._recorder.journal_path)
    assert facts(recovered) == facts(document)


def test_a_resumed_run_continues_from_its_journal(tmp_path):
    """Epochs from the resume point on are replaced; both attempts stay listed."""
    journal = tmp_path / "journal"
    first = MetricsCollector(str(tmp_path), journal=journal)
    for epoch in range(5):
        first.log_metrics({"loss": epoch, "old": np.nan}, epoch)
    first.close()
    with MetricsCollector(str(tmp_path), journal=journal) as second:
        second.log_metric("loss", 30, 3)
    document = read_document(second.uri).document
    assert document.epochs == [0, 1, 2, 3]
    assert document.loss["loss"] == [0, 1, 2, 30]
    assert [a.epoch for a in document.anomalies] == [0, 1, 2]
    attempts = document.run["attempts"]
    assert [(a["number"], a["first_epoch"]) for a in attempts] == [(1, 0), (2, 3)]


def test_resuming_at_the_last_epoch_replaces_it_whole(tmp_path):
    """Also in a series that the lost attempt had not logged there yet."""
    journal = tmp_path / "journal"
    first = MetricsCollector(str(tmp_path), journal=journal)
    first.log_metrics({"a": 1, "b": 1}, 0)
    first.log_metric("a", 2, 1)
    first.close()
    with MetricsCollector(str(tmp_path), journal=journal) as second:
        second.log_metric("b", 3, 1)
    document = read_document(second.uri).document
    assert document.metrics == {"a": [1, None], "b": [1, 3]}


def test_threads_may_log_at_once(collector):
    def log(name):
        for epoch in range(200):
            collector.log_metric(name, epoch, epoch)

    threads = [threading.Thread(target=log, args=(f"m{i}",)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    document = saved(collector)
    assert document.epochs == list(range(200))
    assert all(values == list(range(200)) for values in document.metrics.values())


def test_a_full_disk_does_not_end_training(tmp_path, caplog):
    collector = MetricsCollector(str(tmp_path), journal="/dev/full")
    collector.log_metric("loss", 1, 0)
    collector.end_epoch(0)
    assert saved(collector).loss["loss"] == [1]
    assert caplog.text.count("the journal cannot be written") == 1


def test_a_store_that_refuses_leaves_the_document_here_and_says_so(tmp_path, caplog):
    (tmp_path / "run").write_text("a file where the folder should be")
    collector = MetricsCollector(str(tmp_path / "run"), journal=tmp_path / "journal")
    collector.log_metric("loss", 1, 0)
    kept = collector.save()
    assert kept.generation is None
    assert read_document(kept.uri).document.loss["loss"] == [1]
    assert (
        f"python -m training_metrics upload {kept.uri} {collector.uri}" in caplog.text
    )


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda c: c.log_metric("x" * 257, 1, 0), "name 'x.*: 257 characters received"),
        (lambda c: c.log_metric("", 1, 0), "name '': str received, expected a text"),
        (lambda c: c.log_metric("loss", 1, 2**53), "step 9007199254740992 received"),
        (
            lambda c: c.log_metric("loss", 1, np.nan),
            "step nan received, expected a",
        ),
        (lambda c: c.log_metric("loss", 1, 0.5), "step 0.5 received, expected a whole"),
        (lambda c: c.log_weight_stats("q", {"histogram": 1}, step=0), "a statistic `h"),
        (lambda c: c.save("fine"), "status: 'fine' received, expected running, compl"),
    ],
)
def test_what_no_reader_would_take_is_refused_at_once(collector, call, text):
    with pytest.raises(BadValue, match=text):
        call(collector)


def test_more_series_than_readers_take_are_refused_at_once(collector, monkeypatch):
    monkeypatch.setattr("training_metrics.state.SERIES_MAX", 3)
    collector.log_metrics({"a": 1, "b": 1, "c": 1}, 0)
    with pytest.raises(BadValue, match=r"metrics\.d: one more than 3 series; keep wh"):
        collector.log_metric("d", 1, 0)
    assert list(saved(collector).metrics) == ["a", "b", "c"]


def test_more_epochs_than_readers_take_are_refused_at_once(collector, monkeypatch):
    monkeypatch.setattr("training_metrics.state.EPOCHS_MAX", 2)
    collector.log_metrics({"a": 1}, 0)
    collector.log_metrics({"a": 1}, 1)
    with pytest.raises(BadValue, match="epoch 2: one more than 2 epochs; log every"):
        collector.log_metrics({"a": 1}, 2)
    assert saved(collector).metrics == {"a": [1, 1]}


def test_a_document_beyond_the_limits_is_kept_here_and_says_so(
    tmp_path, caplog, monkeypatch
):
    monkeypatch.setattr("training_metrics.limits.BYTES_MAX", 2000)
    collector = MetricsCollector(str(tmp_path / "run"))
    collector.log_params({"note": "x" * 3000})
    collector.log_metrics({"loss": 1.0}, 0)
    kept = Path(collector.save().uri)
    collector.close()
    assert "larger than 2000 bytes; log fewer series" in caplog.text
    assert f"The whole document is kept at {kept}" in caplog.text
    assert json.loads(kept.read_text())["loss"] == {"loss": [1]}
    assert not (tmp_path / "run" / "training_metrics.json").exists()


def test_a_journal_from_another_machine_is_continued(tmp_path):
    first = MetricsCollector(str(tmp_path / "run"))
    first.log_params({"seed": 1})
    for epoch in (0, 1):
        first.log_metrics({"loss": 3.0 - epoch}, epoch)
    earlier = first.journal_so_far()
    first.log_metrics({"loss": 0.5}, 2)
    first.close()
    second = MetricsCollector(str(tmp_path / "run"), earlier=earlier)
    second.log_metrics({"loss": 1.5}, 2)
    document = saved(second)
    assert document.loss["loss"] == [3, 2, 1.5]
    assert document.params == {"seed": 1}
    assert [a.get("first_epoch") for a in document.run["attempts"]] == [0, 2]


def test_a_journal_that_is_there_goes_before_an_earlier_one(tmp_path, collector):
    collector.log_metrics({"loss": 3.0}, 0)
    earlier = collector.journal_so_far()
    collector.log_metrics({"loss": 2.0}, 1)
    collector.close()
    with MetricsCollector(
        str(tmp_path / "run"), journal=tmp_path / "journal", earlier=earlier
    ) as second:
        assert saved(second).loss["loss"] == [3, 2]


def test_findings_of_replaced_epochs_are_replaced(tmp_path, collector):
    for epoch in (0, 1):
        collector.log_metrics({"loss": 1.0}, epoch)
        collector.log_diagnosis({"kind": "nan_onset", "series": "a", "epoch": epoch})
    collector.close()
    with MetricsCollector(
        str(tmp_path / "run"), journal=tmp_path / "journal"
    ) as second:
        second.log_metrics({"loss": 1.0}, 1)
        assert [item.epoch for item in saved(second).diagnosis] == [0]


def test_texts_are_made_such_that_every_reader_takes_them(collector):
    """Half characters as in a file's name, and a text beyond the reader's limit."""
    collector.log_metric("a\ud800", 1, 0)
    collector.log_params({"b\0": "c\ud800", "long": "x" * 70_000})
    document = saved(collector)
    assert document.metrics == {"a\ufffd": [1]}
    assert document.params["b\ufffd"] == "c\ufffd"
    assert document.params["long"].endswith("xxx… (cut; 70000 characters in all)")


def test_two_names_of_one_series_keep_the_last(collector):
    """`weight_norm` and `total_weight_norm` are both the total."""
    collector.log_metrics({"weight_norm": 1, "total_weight_norm": 2}, 0)
    collector.log_metrics({"weight_norm": 3, "total_weight_norm": 4}, 1)
    document = saved(collector)
    assert document.gradient == {"total": [2, 4]}
    assert [(a.epoch, a.kind) for a in document.anomalies] == [
        (0, "replaced"),
        (1, "replaced"),
    ]


def test_a_row_with_gaps_and_infinities_is_recorded_whole(collector):
    collector.log_metrics({"a": 1.0, "b": 2.0, "c": 3.0}, 0)
    collector.log_metrics({"a": 1.0}, 1)
    collector.log_metrics({"a": 1.5, "b": 2.5, "new": np.inf, "c": -0.0}, 2)
    collector.log_metrics({"a": 2.0, "b": -np.inf, "new": 0.5}, 3)
    document = saved(collector)
    assert document.metrics == {
        "a": [1, 1, 1.5, 2],
        "b": [2, None, 2.5, None],
        "c": [3, None, 0, None],
        "new": [None, None, None, 0.5],
    }
    assert [(a.path, a.epoch, a.kind) for a in document.anomalies] == [
        ("metrics.new", 2, "+inf"),
        ("metrics.b", 3, "-inf"),
    ]


class Preempted(Exception):
    """An exception of a trainer's own that stands for a signal."""

    signal_number = 15


@pytest.mark.parametrize(
    ("error", "message", "number"),
    [
        (KeyboardInterrupt(), "ended by signal 2 (SIGINT)", 2),
        (Preempted(), "ended by signal 15 (SIGTERM)", 15),
        (Preempted("trainer ended by signal 15"), "trainer ended by signal 15", 15),
    ],
)
def test_a_signal_is_told_as_the_contract_has_it(collector, error, message, number):
    collector.log_metric("loss", 1, 4)
    document = read_document(collector.save("interrupted", error).uri).document
    assert document.error.model_dump() == {
        "kind": "signal",
        "message": message,
        "signal": number,
        "epoch": 4,
    }
    assert document.run["attempts"][0]["ended_by"] == f"signal {number}"


def test_a_bucket_that_refuses_leaves_the_document_here_for_uploading(
    gcs, name, tmp_path, caplog
):
    """Training ends well; the closing line's own command puts it in place."""
    uri = f"gs://bucket/{name.rsplit('/', 1)[0]}"
    gcs.fail("403", times=100, method="GET")
    gcs.fail("403", times=100)
    with MetricsCollector(uri, journal=tmp_path / "journal") as collector:
        collector.log_metric("loss", 1, 0)
    gcs.faults.clear()
    assert gcs.stored(name) is None
    (line,) = [r.getMessage() for r in caplog.records if r.levelname == "ERROR"]
    command = line.partition("`python -m training_metrics ")[2].rstrip("`")
    assert main(command.split()) == 0
    assert read_document(collector.uri).document.loss["loss"] == [1]


def test_the_name_that_old_trainers_call_saves_too(collector):
    collector.log_metric("loss", 1, 0)
    document = read_document(collector.save_to_gcs().uri).document
    assert (document.loss["loss"], document.status) == ([1], "completed")
