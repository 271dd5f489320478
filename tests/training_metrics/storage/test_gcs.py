"""GCS: preconditions, retries, lost answers; run with both client versions."""

import threading

import pytest

from tests.training_metrics import store_faults
from training_metrics.errors import StoreConflict, StoreUnavailable
from training_metrics.storage import open_store

LARGE_BYTES = 9 * 2**20  # above 8 MiB the library uploads in two steps

pytestmark = pytest.mark.usefixtures("quick")


def test_an_absent_object_is_none(gcs, uri):
    assert open_store(uri).read(10) is None


def test_what_was_written_is_read_with_its_generation(gcs, uri, name):
    store = open_store(uri)
    first = store.write(b"one", 0)
    assert store.read(10) == (b"one", first)
    second = store.write(b"two", first)
    assert store.read(10) == (b"two", second)
    assert second > first
    assert gcs.stored(name) == b"two"


def test_another_generation_is_a_conflict_that_names_it(gcs, uri, name):
    store = open_store(uri)
    store.write(b"one", 0)
    with pytest.raises(StoreConflict, match="generation 0 was expected, another one"):
        store.write(b"two", 0)
    assert gcs.stored(name) == b"one"


def test_without_a_precondition_it_overwrites(gcs, uri, name):
    store = open_store(uri)
    store.write(b"one", 0)
    store.write(b"two", None)
    assert gcs.stored(name) == b"two"


def test_no_more_than_asked_for_is_read(gcs, uri):
    store = open_store(uri)
    store.write(bytes(10_000), 0)
    assert len(store.read(100).data) == 101


def test_a_gcs_mount_path_is_the_same_object(gcs, uri, name):
    open_store(f"/gcs/bucket/{name}").write(b"one", 0)
    assert open_store(uri).read(10).data == b"one"


@pytest.mark.parametrize("size_bytes", [3, LARGE_BYTES])
@pytest.mark.parametrize("fault", ["reset_before", "408", "429", "500", "503"])
def test_a_fault_that_passes_is_tried_again(gcs, uri, name, fault, size_bytes):
    """Also in a resumable upload, which the library uses above 8 MiB."""
    gcs.fail(fault, times=3)
    data = b"x" * size_bytes
    generation = open_store(uri).write(data, 0)
    assert gcs.stored(name) == data
    assert generation == gcs.generation(name)


def test_a_lost_answer_is_recognised_as_our_own_success(gcs, uri, name):
    """Stored, connection reset, the repeated upload refused with 412."""
    gcs.fail("reset_after")
    generation = open_store(uri).write(b"one", 0)
    assert gcs.stored(name) == b"one"
    assert generation == gcs.generation(name)
    assert sum(r.startswith("POST") for r in gcs.requests) == 2


def test_a_lost_answer_over_an_older_generation(gcs, uri, name):
    store = open_store(uri)
    first = store.write(b"one", 0)
    gcs.fail("reset_after", times=2)
    assert store.write(b"two", first) == gcs.generation(name)
    assert gcs.stored(name) == b"two"


def test_an_answer_cut_short_is_a_lost_one(gcs, uri, name):
    gcs.fail("truncate")
    assert open_store(uri).write(b"one", 0) == gcs.generation(name)
    assert gcs.stored(name) == b"one"


def test_a_lost_answer_on_the_last_try_is_still_ours(gcs, uri, name):
    gcs.fail("reset_after")
    assert open_store(uri).write(b"one", 0, total_seconds=0) == gcs.generation(name)


def test_another_writers_success_is_not_taken_for_ours(gcs, uri, name):
    open_store(uri).write(b"theirs", 0)
    gcs.fail("reset_before")
    with pytest.raises(StoreConflict, match="another one is stored"):
        open_store(uri).write(b"ours", 0)
    assert gcs.stored(name) == b"theirs"


@pytest.mark.parametrize("fault", ["reset_before", "503", "429", "truncate"])
def test_reading_tries_again(gcs, uri, fault):
    open_store(uri).write(b"one", 0)
    gcs.fail(fault, times=2, method="GET")
    assert open_store(uri).read(10).data == b"one"


def test_a_download_cut_short_is_not_taken_for_the_whole(gcs, uri):
    """The second GET, after the one for the object's generation, brings the data."""
    store = open_store(uri)
    store.write(b"0123456789" * 1000, 0)
    for _ in range(3):
        gcs.fail("truncate", method="GET")
    assert len(store.read(100_000).data) == 10_000


def test_a_store_that_stays_away_says_so(gcs, uri, name):
    gcs.fail("503", times=1000)
    with pytest.raises(StoreUnavailable, match=r"did not answer \(ServiceUnavailable"):
        open_store(uri).write(b"one", 0, total_seconds=0.2)
    assert gcs.stored(name) is None


def test_what_will_not_pass_is_not_tried_again(gcs, uri):
    gcs.fail("403", times=5)
    with pytest.raises(StoreUnavailable, match="Forbidden"):
        open_store(uri).write(b"one", 0)
    assert sum(r.startswith("POST") for r in gcs.requests) == 1


def test_only_the_generation_that_was_read_is_deleted(gcs, uri, name):
    store = open_store(uri)
    first = store.write(b"one", 0)
    second = store.write(b"two", first)
    with pytest.raises(StoreConflict, match=f"generation {first} was expected"):
        store.delete(first)
    assert gcs.stored(name) == b"two"
    store.delete(second)
    assert gcs.stored(name) is None
    store.delete(second)


@pytest.mark.parametrize("fault", ["reset_before", "reset_after", "429", "503"])
def test_deleting_tries_again_and_takes_a_lost_answer_for_done(gcs, uri, name, fault):
    store = open_store(uri)
    generation = store.write(b"one", 0)
    gcs.fail(fault, times=2, method="DELETE")
    store.delete(generation)
    assert gcs.stored(name) is None


def test_a_store_that_stays_away_deletes_nothing(gcs, uri, name):
    store = open_store(uri)
    generation = store.write(b"one", 0)
    gcs.fail("503", times=1000, method="DELETE")
    with pytest.raises(StoreUnavailable, match="did not answer"):
        store.delete(generation, total_seconds=0.2)
    assert gcs.stored(name) == b"one"


def test_a_large_upload_is_refused_where_another_one_came_first(gcs, uri, name):
    """Before it begins, and also while it is on its way."""
    store, large = open_store(uri), bytes(LARGE_BYTES)
    first = store.write(b"one", 0)
    with pytest.raises(StoreConflict, match="generation 0 was expected, another one"):
        store.write(large, 0)
    gcs.before["PUT"] = lambda: open_store(uri).write(b"two", first)
    with pytest.raises(StoreConflict, match=f"generation {first} was expected"):
        store.write(large, first)
    assert gcs.stored(name) == b"two"


def test_a_lost_answer_to_a_large_upload_is_recognised(gcs, uri, name):
    gcs.fail("reset_after", method="PUT")
    assert open_store(uri).write(bytes(LARGE_BYTES), 0) == gcs.generation(name)
    assert len(gcs.stored(name)) == LARGE_BYTES
    assert sum(r.startswith("PUT") for r in gcs.requests) == 1


def test_sixteen_racing_writers_have_one_winner(gcs, uri, name):
    results: list[object] = []

    def write(content):
        try:
            results.append(open_store(uri).write(content, 0))
        except StoreConflict as error:
            results.append(error)

    contents = [bytes([65 + i]) * 50_000 for i in range(16)]
    threads = [threading.Thread(target=write, args=(c,)) for c in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(r) for r in results].count(int) == 1
    assert len(results) == 16
    assert gcs.stored(name) in contents


@pytest.mark.slow
def test_whatever_fails_the_store_holds_what_the_writer_was_told(gcs):
    """Of 8 faults, once or for ever, in each step of an upload, new or over an old."""
    table = list(store_faults.rows(gcs))
    assert len(table) == 8 * 2 * 3 * 2
    for row in table:
        untouched = "old" if row.before else "nothing"
        expected = {"written": "new", "StoreUnavailable": untouched}
        assert row.stored == expected[row.told], row
        if row.times == "once" and row.fault != "403":
            assert row.told == "written", row
