"""A process that collects is SIGKILLed at random moments: what is left is whole."""

import multiprocessing
import os
import random
import signal
import time
from pathlib import Path

import numpy as np

from training_metrics import GridHistogram, MetricsCollector, pacing
from training_metrics.errors import DocumentNotFound
from training_metrics.journal import recover
from training_metrics.reading import read_document
from training_metrics.snapshots import Snapshots

CHAIN = 5
WIDE = {f"series_{i}": float(i) for i in range(20)}


def train(folder: Path, first_epoch: int, reached) -> None:
    """Collects for ever; `reached` tells of each epoch that end_epoch returned from."""
    Snapshots.__init__.__defaults__ = (0.01,)
    pacing._PAUSE_SECONDS = 0
    array = np.arange(1000, dtype=np.float32)
    collector = MetricsCollector(str(folder), journal=folder / "journal")
    for epoch in range(first_epoch, 10**6):
        collector.log_metrics({"loss": epoch + 0.5, "nan": np.nan, **WIDE}, epoch)
        collector.log_weight_stats("q", {"mean": epoch}, GridHistogram.of(array))
        collector.end_epoch(epoch)
        reached.value = epoch
        time.sleep(0.001)


def kill_at_a_random_moment(folder: Path, first_epoch: int) -> int:
    """Runs `train` until it is killed and says what epoch it had reached."""
    context = multiprocessing.get_context("fork")
    reached = context.Value("q", -1, lock=False)
    process = context.Process(target=train, args=(folder, first_epoch, reached))
    process.start()
    time.sleep(random.uniform(0.005, 0.25))
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    return reached.value


def check(document, at_least: int) -> None:
    """Every epoch from 0 to at least that one, each with its own values."""
    count = len(document.epochs)
    assert count > at_least
    assert document.epochs == list(range(count))
    assert document.status == "interrupted"
    if count > 1:
        assert document.loss["loss"] == [epoch + 0.5 for epoch in range(count)]
        assert document.metrics["series_7"] == [7.0] * count
        assert len(document.anomalies) == count
        # A snapshot may fall between an epoch's metrics and its histogram.
        rows = [row for row in document.weight_stats["q"].histogram.counts if row]
        assert [sum(row) for row in rows] == [1000] * len(rows)
        assert len(rows) >= count - 1


def kill_in_a_chain(folder: Path) -> dict[str, int]:
    """Kills a run, resumes it from what is left, kills it again, and so on."""
    seen = {"kills": 0, "epochs": 0, "snapshots": 0}
    first_epoch = 0
    for attempt in range(1, CHAIN + 1):
        reached = kill_at_a_random_moment(folder, first_epoch)
        seen["kills"] += 1
        try:
            document = recover(folder / "journal")
        except DocumentNotFound:
            assert reached == -1
            continue
        check(document, max(reached, first_epoch - 1))
        assert len(document.run["attempts"]) <= attempt
        first_epoch = len(document.epochs)
        seen["epochs"] = first_epoch
        seen["snapshots"] += _check_snapshot(folder, first_epoch)
    return seen


def _check_snapshot(folder: Path, journalled: int) -> int:
    """With the disk gone: the last snapshot is whole, and no epoch ahead of us."""
    try:
        result = read_document(str(folder / "training_metrics.json"))
    except DocumentNotFound:
        return 0
    assert result.findings == []
    check(result.document, -1)
    assert len(result.document.epochs) <= journalled
    return 1


def kill_many(tmp_path: Path, kills: int) -> dict[str, int]:
    total: dict[str, int] = {}
    for number in range(kills // CHAIN):
        seen = kill_in_a_chain(tmp_path / str(number))
        total = {key: total.get(key, 0) + value for key, value in seen.items()}
    print(total)
    return total


def test_kills_at_random_moments_lose_nothing(tmp_path):
    """`TRACKLESS_TEST_KILLS` is how many; `-s` shows what came of them."""
    kills = int(os.environ.get("TRACKLESS_TEST_KILLS", "30"))
    total = kill_many(tmp_path, kills)
    assert total["kills"] == kills
    assert total["epochs"] > 0 and total["snapshots"] > 0
