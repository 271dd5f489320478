"""Writing checkpoints: the newest, off the training thread, gone after success."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.support.gcs import BUCKET, Gcs, serve_gcs
from trainer.checkpoint import Checkpoint, from_bytes, to_bytes
from trainer.checkpoint_writer import CheckpointWriter
from training_metrics.storage import open_store

URI = f"gs://{BUCKET}/quick_tests/7/checkpoint.npz"
NAME = "quick_tests/7/checkpoint.npz"


@pytest.fixture
def gcs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gcs]:
    """A bucket."""
    from training_metrics.storage import gcs as module

    with serve_gcs() as server:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", server.url)
        module._shared_client.cache_clear()
        yield server
        module._shared_client.cache_clear()


def after(epochs: int) -> Checkpoint:
    """A checkpoint of a small model."""
    return Checkpoint(
        epochs=epochs,
        weights=[np.full((3, 2), epochs, np.float32), np.float32(0.5)],
        optimizer=[np.array(7), np.full((3, 2), 0.1, np.float32)],
        best_weights=[],
        facts={"logs": {"loss": float("nan")}, "best": None},
        journal=b"\x00line\n",
        fingerprint="ab",
    )


def stored_epochs(gcs: Gcs) -> int:
    data = gcs.stored(NAME)
    return 0 if data is None else from_bytes(data, 1).epochs


def wait_for(gcs: Gcs, epochs: int) -> None:
    deadline = time.monotonic() + 20
    while stored_epochs(gcs) != epochs and time.monotonic() < deadline:
        time.sleep(0.01)
    assert stored_epochs(gcs) == epochs


def test_what_was_written_reads_back() -> None:
    read = from_bytes(to_bytes(after(3)), generation=9)

    assert (read.epochs, read.fingerprint, read.generation) == (3, "ab", 9)
    assert read.journal == b"\x00line\n"
    assert np.isnan(read.facts["logs"]["loss"])
    for name in ("weights", "optimizer", "best_weights"):
        mine, theirs = getattr(after(3), name), getattr(read, name)
        for one, other in zip(mine, theirs, strict=True):
            np.testing.assert_array_equal(one, other)
            assert np.asarray(one).dtype == other.dtype


def test_success_leaves_nothing_behind(gcs: Gcs) -> None:
    with CheckpointWriter(URI, 0.0) as writer:
        writer.offer(after(1))
        wait_for(gcs, 1)
        writer.offer(after(2))
        wait_for(gcs, 2)

    assert gcs.list("quick_tests/7/") == []


def test_a_failure_writes_what_waits(gcs: Gcs, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KeyboardInterrupt), CheckpointWriter(URI, 60.0) as writer:
        writer.offer(after(1))
        writer.offer(after(2))
        assert stored_epochs(gcs) == 0
        raise KeyboardInterrupt

    assert stored_epochs(gcs) == 2


def test_another_attempt_goes_before_ours(
    gcs: Gcs, caplog: pytest.LogCaptureFixture
) -> None:
    with CheckpointWriter(URI, 0.0) as writer:
        writer.offer(after(1))
        wait_for(gcs, 1)
        open_store(URI).write(to_bytes(after(5)), None)
        writer.offer(after(2))
        deadline = time.monotonic() + 20
        while "another attempt" not in caplog.text and time.monotonic() < deadline:
            time.sleep(0.01)

    assert stored_epochs(gcs) == 5
    assert "another attempt writes checkpoints there" in caplog.text


def test_a_store_that_refuses_is_said_once_and_training_goes_on(
    gcs: Gcs, caplog: pytest.LogCaptureFixture
) -> None:
    gcs.fail("403", times=3)

    with pytest.raises(ValueError), CheckpointWriter(URI, 0.0) as writer:
        for epochs in (1, 2, 3):
            writer.offer(after(epochs))
            deadline = time.monotonic() + 20
            while len(gcs.faults) > 3 - epochs and time.monotonic() < deadline:
                time.sleep(0.01)
        writer.offer(after(4))
        wait_for(gcs, 4)
        raise ValueError

    assert caplog.text.count("Training goes on without a checkpoint") == 1


def test_a_folder_works_as_well(tmp_path: Path) -> None:
    place = tmp_path / "run" / "checkpoint.npz"

    with pytest.raises(ValueError), CheckpointWriter(str(place), 60.0) as writer:
        writer.offer(after(4))
        raise ValueError

    assert from_bytes(place.read_bytes(), 1).epochs == 4
