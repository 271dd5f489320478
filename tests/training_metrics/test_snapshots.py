"""Snapshots: in the background, coalesced, never in the way; and SIGTERM."""

import json
import math
import signal
import subprocess
import sys
import threading
import time
from array import array
from pathlib import Path

import pytest

from training_metrics import MetricsCollector, TrainingMetrics, snapshots
from training_metrics.reading import read_document
from training_metrics.snapshots import Snapshots
from training_metrics.writing import to_bytes


@pytest.fixture
def soon(monkeypatch):
    """Snapshots every 50 ms."""
    monkeypatch.setattr(Snapshots.__init__, "__defaults__", (0.05,))


def eventually(holds, seconds=10):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


DOCUMENT = TrainingMetrics()


def take(pace):
    return DOCUMENT


class Recording:
    """A publisher that counts and may take its time."""

    def __init__(self, gate=None):
        self.documents = []
        self.gate = gate
        self.characters = 1
        self.is_entered = False

    def publish(self, document, paced, total_seconds):
        self.is_entered = True
        if self.gate is not None:
            self.gate.wait()
        list(paced(["x" * self.characters]))
        self.documents.append(document)


def test_many_offers_become_one_snapshot():
    publisher = Recording()
    made = Snapshots(take, publisher, 0.1)
    for _ in range(1000):
        made.offer(1)
    eventually(lambda: publisher.documents)
    time.sleep(0.25)
    made.stop()
    assert publisher.documents == [DOCUMENT]


def test_two_snapshots_are_an_interval_apart():
    publisher = Recording()
    made = Snapshots(take, publisher, 0.2)
    start = time.monotonic()
    while time.monotonic() < start + 0.7:
        made.offer(1)
        time.sleep(0.005)
    made.stop()
    assert 1 <= len(publisher.documents) <= 3


def test_nothing_is_taken_before_the_interval_is_over():
    publisher = Recording()
    made = Snapshots(take, publisher)
    made.offer(1)
    time.sleep(0.05)
    made.stop()
    assert publisher.documents == []


def test_a_large_document_is_written_again_when_it_has_grown_enough():
    publisher = Recording()
    publisher.characters = snapshots.SMALL_CHARACTERS + 1
    made = Snapshots(take, publisher, 0.0)
    made.offer(100)
    eventually(lambda: made._epochs_wanted == 155)
    for epoch_count in range(101, 155):
        made.offer(epoch_count)
    time.sleep(0.05)
    assert len(publisher.documents) == 1
    made.offer(155)
    eventually(lambda: len(publisher.documents) == 2)
    made.stop()


def test_snapshots_cost_three_documents_and_leave_little_to_lose():
    """Whenever the machine vanishes; 1,000 characters an epoch, large from 263 on."""
    publisher = Recording()
    made = Snapshots(take, publisher)
    large_characters, last = 0, 0
    for epoch_count in range(1, 5000):
        if epoch_count >= made._epochs_wanted:
            publisher.characters = 1000 * epoch_count
            made._epoch_count = last = epoch_count
            made._publish()
            if publisher.characters > snapshots.SMALL_CHARACTERS:
                large_characters += publisher.characters
        assert epoch_count - last <= 0.36 * epoch_count
        assert large_characters <= 2.82 * 1000 * epoch_count


def test_a_snapshot_gives_its_document_back_bit_by_bit():
    """Freeing a million numbers at once would hold up training like writing them."""
    column = [0.5] * 3500
    document = TrainingMetrics.model_construct(loss={"loss": column})
    made = Snapshots(lambda pace: document, Recording(), 0.0)
    lengths = []
    made._pace = lambda: lengths.append(len(column))
    made.offer(1)
    eventually(lambda: not column)
    made.stop()
    # The first is after the text's only piece, before anything is given back.
    assert lengths == [3500, 2500, 1500, 500, 0]


def test_a_snapshot_holds_no_million_objects_and_says_the_same(tmp_path):
    """Also joined with what an earlier attempt left there."""
    texts = []
    for attempt in (1, 2):
        collector = MetricsCollector(str(tmp_path), journal=tmp_path / f"{attempt}")
        for epoch in range(attempt, 5):
            collector.log_metrics({"loss": epoch / 3, "nan": math.nan}, epoch)
        collector.log_metric("early", attempt, 2)
        collector.log_metric("late", attempt, 4)
        collector.log_weight_stats("q", {"mean": 1, "median": 2}, step=4)
        document = collector._snapshot(lambda: None)
        assert all(isinstance(values, array) for _, values in document.series())
        collector._publisher.publish(document)
        snapshot = read_document(collector.uri)
        collector.save("interrupted", snapshot.document.error.model_dump())
        collector.close()
        final = read_document(collector.uri)
        assert (snapshot.findings, final.findings) == ([], [])
        texts.append([_without_times(r.document) for r in (snapshot, final)])
    for snapshot, final in texts:
        assert snapshot == final


def _without_times(document):
    raw = json.loads(to_bytes(document))
    attempts = [{"id": attempt["id"]} for attempt in raw["run"].pop("attempts")]
    return {key: raw[key] for key in raw if key != "saved_at"} | {"ids": attempts}


def test_saving_waits_for_a_snapshot_that_is_under_way():
    """It would otherwise write `interrupted` over what was saved after it began."""
    gate = threading.Event()
    publisher = Recording(gate)
    made = Snapshots(take, publisher, 0.0)
    made.offer(1)
    eventually(lambda: publisher.is_entered)
    stopping = threading.Thread(target=made.stop)
    stopping.start()
    stopping.join(0.1)
    assert stopping.is_alive()
    gate.set()
    stopping.join(10)
    assert publisher.documents == [DOCUMENT]


def test_offering_does_not_wait_for_a_slow_store():
    gate = threading.Event()
    publisher = Recording(gate)
    made = Snapshots(take, publisher, 0.0)
    start = time.monotonic()
    for _ in range(100):
        made.offer(1)
    assert time.monotonic() - start < 1
    gate.set()
    made.stop()


@pytest.mark.usefixtures("soon")
def test_a_run_that_vanishes_leaves_its_last_snapshot(tmp_path):
    """Status, cause and every epoch up to the snapshot."""
    collector = MetricsCollector(str(tmp_path), journal=tmp_path / "journal")
    collector.log_metric("loss", 1, 0)
    collector.end_epoch(0)
    eventually(Path(collector.uri).exists)
    document = read_document(collector.uri).document
    assert (document.epochs, document.status) == ([0], "interrupted")
    assert document.error.message == "the run was going on when this was written"
    collector.log_metric("loss", 2, 1)
    saved = read_document(collector.save().uri).document
    assert (saved.epochs, saved.status, saved.error) == ([0, 1], "completed", None)
    assert len(saved.run["attempts"]) == 1


@pytest.mark.usefixtures("soon", "quick")
def test_a_store_that_stays_away_is_told_once(gcs, name, caplog, monkeypatch):
    monkeypatch.setattr(snapshots, "TOTAL_SECONDS", 0.01)
    gcs.fail("503", times=10_000, method="GET")
    with MetricsCollector(f"gs://bucket/{name}") as collector:
        for epoch in range(5):
            collector.log_metric("loss", epoch, epoch)
            collector.end_epoch(epoch)
            time.sleep(0.06)
        eventually(lambda: "snapshots are tried again" in caplog.text)
        gcs.faults.clear()
    assert caplog.text.count("Training goes on; snapshots are tried again") == 1
    assert read_document(collector.uri).document.epochs == [0, 1, 2, 3, 4]


def test_a_failure_of_any_kind_does_not_end_the_thread(caplog):
    publisher = Recording()
    answers = iter([1 / 1, 2])

    def fail_at_first(pace):
        if next(answers) == 1:
            raise ZeroDivisionError
        return DOCUMENT

    made = Snapshots(fail_at_first, publisher, 0.0)
    made.offer(1)
    eventually(lambda: "a snapshot failed" in caplog.text)
    made.offer(1)
    eventually(lambda: publisher.documents)
    made.stop()


_RUN = """
import sys, time
from training_metrics import MetricsCollector
with MetricsCollector(sys.argv[1]) as collector:
    for epoch in range(1000):
        collector.log_metric("loss", epoch, epoch)
        collector.end_epoch(epoch)
        print(epoch, flush=True)
        time.sleep(0.01)
"""


def test_sigterm_saves_what_there_is_as_interrupted(tmp_path):
    """Also when the scheduler sends it twice."""
    command = [sys.executable, "-c", _RUN, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if int(line) == 5:
                process.send_signal(signal.SIGTERM)
                process.send_signal(signal.SIGTERM)
                break
        rest = process.stdout.read()
    last = int(rest.split()[-1]) if rest.split() else 5
    document = read_document(str(tmp_path / "training_metrics.json")).document
    assert process.returncode == 143
    assert document.status == "interrupted"
    assert document.error.kind == "signal"
    assert document.error.message == "ended by signal 15 (SIGTERM)"
    assert document.run["attempts"][0]["ended_by"] == "signal 15"
    assert document.epochs[: last + 1] == list(range(last + 1))


def test_a_programs_own_sigterm_handler_is_left_alone(tmp_path):
    def own(number, frame):
        """Nothing."""

    before = signal.signal(signal.SIGTERM, own)
    try:
        with MetricsCollector(str(tmp_path)):
            assert signal.getsignal(signal.SIGTERM) is own
    finally:
        signal.signal(signal.SIGTERM, before)
    with MetricsCollector(str(tmp_path)):
        assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
