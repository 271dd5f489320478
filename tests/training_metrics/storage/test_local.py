"""Local files: whole or not at all, generations, one winner, no leftovers."""

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from training_metrics.errors import DocumentRefused, StoreConflict, StoreUnavailable
from training_metrics.storage import open_store


@pytest.fixture
def place(tmp_path):
    return str(tmp_path / "runs" / "7" / "training_metrics.json")


def test_an_absent_file_is_none(place):
    assert open_store(place).read(10) is None


def test_generations_increase_even_within_one_clock_tick(place):
    store = open_store(place)
    generations = [store.write(b"x", None) for _ in range(50)]
    assert generations == sorted(set(generations))
    assert store.read(10) == (b"x", generations[-1])


def test_another_generation_is_a_conflict(place):
    store = open_store(place)
    first = store.write(b"one", 0)
    store.write(b"two", first)
    for wrong in (0, first, 1):
        with pytest.raises(StoreConflict, match=f"generation {wrong} was expected"):
            store.write(b"three", wrong)
    assert store.read(10).data == b"two"


def test_no_more_than_asked_for_is_read(place):
    open_store(place).write(bytes(1000), 0)
    assert len(open_store(place).read(10).data) == 11


def test_a_folder_and_a_pipe_are_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(DocumentRefused, match="not a regular file; name the file"):
            open_store(str(path)).read(10)


def test_a_folder_that_can_not_be_made_is_a_store_away(tmp_path):
    (tmp_path / "runs").write_text("in the way")
    with pytest.raises(StoreUnavailable, match=r"did not answer \(.*File exists"):
        open_store(str(tmp_path / "runs" / "x.json")).write(b"", 0)


def test_only_the_generation_that_was_read_is_deleted(place):
    store = open_store(place)
    first = store.write(b"one", 0)
    second = store.write(b"two", first)
    with pytest.raises(StoreConflict, match=f"generation {first} was expected"):
        store.delete(first)
    assert store.read(10).data == b"two"
    store.delete(second)
    assert store.read(10) is None
    assert store.write(b"three", 0)


def test_deleting_what_is_not_there_makes_nothing(place):
    open_store(place).delete(7)
    assert not Path(place).parent.exists()


def test_a_held_lock_is_waited_for_and_then_given_up(place):
    store = open_store(place)
    store.write(b"one", 0)
    with store._locked(1), pytest.raises(StoreUnavailable, match="temporarily"):
        open_store(place).write(b"two", None, total_seconds=0.05)
    assert store.read(10).data == b"one"


def _write(place, content, barrier, results):
    barrier.wait()
    try:
        results.put(open_store(place).write(content, 0))
    except StoreConflict:
        results.put(None)


def test_sixteen_racing_processes_have_one_winner(place):
    context = multiprocessing.get_context("fork")
    barrier, results = context.Barrier(16), context.Queue()
    contents = [bytes([65 + i]) * 200_000 for i in range(16)]
    processes = [
        context.Process(target=_write, args=(place, content, barrier, results))
        for content in contents
    ]
    for process in processes:
        process.start()
    won = [results.get(timeout=30) for _ in processes]
    for process in processes:
        process.join()
    assert sum(generation is not None for generation in won) == 1
    assert open_store(place).read(10**6).data in contents


def _write_for_ever(place):
    for number in range(10**6):
        open_store(place).write(b"%08d" % number * 40_000, None)


def test_a_killed_writer_leaves_a_whole_file_and_the_next_one_cleans_up(place):
    context = multiprocessing.get_context("fork")
    for delay_seconds in (0.02, 0.031, 0.043, 0.057, 0.071):
        process = context.Process(target=_write_for_ever, args=(place,))
        process.start()
        time.sleep(delay_seconds)
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        stored = open_store(place).read(10**6)
        assert stored is None or stored.data == stored.data[:8] * 40_000
    open_store(place).write(b"last", None)
    left = {file.name for file in Path(place).parent.iterdir()}
    assert left == {".training_metrics.json.lock", "training_metrics.json"}
