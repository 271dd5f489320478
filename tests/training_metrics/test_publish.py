"""Publishing: resuming over what is stored, racing writers, late zombies."""

import json
import threading
from datetime import UTC, datetime

import pytest

from training_metrics import MetricsCollector
from training_metrics.document import TrainingMetrics
from training_metrics.errors import (
    DocumentRefused,
    DocumentTooLarge,
    StoreUnavailable,
    Superseded,
)
from training_metrics.publish import Publisher, publish
from training_metrics.reading import read_document
from training_metrics.storage import open_store


def document(attempt, epochs, **more):
    """An attempt's document; attempts start in the order of their names."""
    started_at = f"2026-01-01T00:00:{ord(attempt):02d}Z"
    attempts = [{"id": attempt, "number": 1, "started_at": started_at}]
    members = {
        "saved_at": datetime(2026, 1, 1, tzinfo=UTC),
        "status": "completed",
        "available": bool(epochs),
        "epochs": epochs,
        "loss": {"loss": [float(ord(attempt))] * len(epochs)},
        "run": {"attempts": attempts},
    }
    return TrainingMetrics.model_validate(members | more)


@pytest.fixture(params=["local", "gcs"])
def store(request, tmp_path):
    if request.param == "local":
        return open_store(str(tmp_path / "training_metrics.json"))
    request.getfixturevalue("gcs")
    return open_store(request.getfixturevalue("uri"))


def stored(store):
    """The stored document, without findings, and its attempts' ids."""
    result = read_document(store.uri)
    assert result.findings == []
    return result.document, [a["id"] for a in result.document.run["attempts"]]


def test_a_first_document_is_written_as_it_is(store):
    saved = publish(document("A", [0, 1]), store.uri)
    result = read_document(store.uri)
    assert (saved.generation, saved.sha256) == (result.generation, result.sha256)


def test_a_resumed_run_on_another_machine_continues_the_stored_document(store):
    publish(document("A", [0, 1, 2, 3], params={"lr": 1}), store.uri)
    publish(document("B", [2, 3, 4], params={"seed": 2}), store.uri)
    read, attempts = stored(store)
    assert read.epochs == [0, 1, 2, 3, 4]
    assert read.loss["loss"] == [65, 65, 66, 66, 66]
    assert read.params == {"lr": 1, "seed": 2}
    assert attempts == ["A", "B"]
    assert [a["number"] for a in read.run["attempts"]] == [1, 2]


def test_one_publisher_may_write_again_and_again(store):
    publish(document("A", [0, 1, 2]), store.uri)
    publisher = Publisher(store)
    publisher.publish(document("B", [2], status="interrupted"))
    publisher.publish(document("B", [2, 3]))
    read, attempts = stored(store)
    assert (read.epochs, read.status, attempts) == (
        [0, 1, 2, 3],
        "completed",
        ["A", "B"],
    )


def test_an_attempt_that_failed_before_its_first_epoch_erases_nothing(store):
    publish(document("A", [0, 1]), store.uri)
    publish(document("B", [], status="failed"), store.uri)
    read, attempts = stored(store)
    assert (read.epochs, read.status, attempts) == ([0, 1], "failed", ["A", "B"])


def test_a_zombie_that_was_continued_writes_nothing(store):
    zombie = Publisher(store)
    zombie.publish(document("A", [0, 1]))
    publish(document("B", [2]), store.uri)
    before = open_store(store.uri).read(10**6)
    with pytest.raises(Superseded, match=r"B has continued attempt A; nothing is left"):
        zombie.publish(document("A", [0, 1, 2, 3]))
    assert open_store(store.uri).read(10**6) == before


def test_a_zombie_that_never_wrote_adds_its_epochs_below_the_newer_ones(store):
    publish(document("B", [2, 3], status="completed"), store.uri)
    publish(document("A", [0, 1, 2, 3, 4], status="failed"), store.uri)
    read, attempts = stored(store)
    assert read.epochs == [0, 1, 2, 3]
    assert read.loss["loss"] == [65, 65, 66, 66]
    assert (read.status, attempts) == ("completed", ["A", "B"])


def test_a_document_that_no_reader_would_take_is_not_stored(store, monkeypatch):
    publish(document("A", [0, 1]), store.uri)
    monkeypatch.setattr("training_metrics.limits.CONTAINERS_MAX", 30)
    publish(document("A", [0, 1, 2]), store.uri)
    params = {"towers": [[64, 32]] * 30}
    with pytest.raises(DocumentTooLarge, match="lists and objects, at most 30; log f"):
        publish(document("A", [0, 1, 2, 3], params=params), store.uri)
    assert stored(store)[0].epochs == [0, 1, 2]


def test_a_document_that_cannot_be_read_is_not_replaced(store):
    store.write(b'{"schema_version": "2.0"}', 0)
    with pytest.raises(DocumentRefused, match=r"'2\.0' received, this reader knows 1"):
        publish(document("A", [0]), store.uri)
    assert store.read(100).data == b'{"schema_version": "2.0"}'


def test_a_document_of_no_known_attempt_replaces_none(store):
    publish(document("A", [0]), store.uri)
    with pytest.raises(Superseded, match=r"lists no attempt .*; move the stored one"):
        publish(document("B", [0], run={}), store.uri)


def test_an_old_document_without_attempts_is_continued(store):
    store.write(b'{"epochs": [0, 1], "loss": {"loss": [1, 2]}, "mine": 1}', 0)
    publish(document("A", [1]), store.uri)
    read, _ = stored(store)
    assert (read.epochs, read.loss["loss"]) == ([0, 1], [1, 65])
    assert read.model_extra == {"mine": 1}


def test_sixteen_racing_attempts_end_in_the_latest_one(store):
    """Whatever the order of writing: its epochs, its status, every attempt listed."""
    names = [chr(65 + i) for i in range(16)]
    errors = []

    def run(name):
        try:
            publish(document(name, [3, 4], params={"a": name}), store.uri)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    read, attempts = stored(store)
    assert (read.epochs, read.loss["loss"]) == ([3, 4], [ord("P")] * 2)
    assert (read.params, attempts) == ({"a": "P"}, names)


@pytest.mark.usefixtures("quick")
def test_every_request_may_meet_a_fault(gcs, uri):
    """Whatever single request fails, and how, the document is there afterwards."""
    store = open_store(uri)
    for attempt, (fault, method) in enumerate(
        (fault, method)
        for fault in ("reset_before", "reset_after", "truncate", "503", "429")
        for method in ("GET", "POST")
    ):
        gcs.fail(fault, method=method)
        publish(document(chr(65 + attempt), [attempt]), store.uri)
        assert gcs.faults == []
    read, _ = stored(store)
    assert read.epochs == list(range(10))


@pytest.mark.usefixtures("quick")
def test_a_lost_answer_does_not_double_an_attempt(gcs, uri):
    publisher = Publisher(open_store(uri))
    for epochs in ([0], [0, 1]):
        gcs.fail("reset_after")
        publisher.publish(document("A", epochs))
    read, attempts = stored(open_store(uri))
    assert (read.epochs, attempts) == ([0, 1], ["A"])


@pytest.mark.usefixtures("quick")
def test_a_lost_answer_and_then_another_writer(gcs, uri, monkeypatch):
    """Our object was stored, our answer lost, and B has written over it since."""
    publisher = Publisher(open_store(uri))
    gcs.fail("reset_after")
    gcs.fail("403")
    with pytest.raises(StoreUnavailable):
        monkeypatch.setattr(
            type(publisher._store), "_generation_if_ours", lambda *_: None
        )
        publisher.publish(document("A", [0, 1]))
    monkeypatch.undo()
    publish(document("B", [1]), uri)
    with pytest.raises(Superseded, match="attempt B has continued attempt A"):
        publisher.publish(document("A", [0, 1, 2]))
    assert json.loads(gcs.stored(uri.removeprefix("gs://bucket/")))["epochs"] == [0, 1]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("fault", ["reset_before", "reset_after", "truncate", "503"])
def test_a_run_whose_document_is_above_8_mib(gcs, name, tmp_path, fault, method):
    """The library uploads it in two steps, and either may meet a fault."""
    uri = f"gs://bucket/{name.rsplit('/', 1)[0]}"
    long = {f"text {i}": "x" * 60_000 for i in range(150)}
    with MetricsCollector(uri, journal=tmp_path / "journal") as collector:
        collector.log_params(long)
        for epoch in range(3):
            collector.log_metric("loss", epoch + 0.5, epoch)
            collector.end_epoch(epoch)
        gcs.fail(fault, method=method)
        saved = collector.save()
    assert gcs.faults == []
    # What was stored is recognised, not sent again.
    sent = sum(request.startswith("PUT") for request in gcs.requests)
    is_not_stored = method == "PUT" and fault in ("reset_before", "503")
    assert sent == (2 if is_not_stored else 1)
    assert len(gcs.stored(name)) > 8 * 2**20
    result = read_document(saved.uri)
    assert (result.findings, result.sha256) == ([], saved.sha256)
    assert result.generation == saved.generation == gcs.generation(name)
    assert result.document.loss["loss"] == [0.5, 1.5, 2.5]
    assert result.document.params == long
