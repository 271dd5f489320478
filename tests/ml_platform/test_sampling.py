"""Which epochs are kept: the promises of the cache's contract."""

from ml_platform.experiments.sampling import KEEP_AT_MOST, indexes_kept


def test_every_epoch_is_kept_up_to_two_hundred() -> None:
    epochs = list(range(200))
    kept, left_out = indexes_kept(epochs=epochs, series=[], marked=[])
    assert kept == epochs
    assert left_out == 0


def test_a_long_run_keeps_at_most_four_hundred_with_both_ends() -> None:
    kept, _ = indexes_kept(epochs=list(range(10_000)), series=[], marked=[])
    assert len(kept) <= KEEP_AT_MOST
    assert (kept[0], kept[-1]) == (0, 9_999)
    assert kept == sorted(set(kept))


def test_the_best_epoch_never_vanishes() -> None:
    values: list[float | None] = [1.0] * 10_000
    values[7_777] = 0.5
    values[3_333] = 2.0
    kept, _ = indexes_kept(epochs=list(range(10_000)), series=[values], marked=[])
    assert {7_777, 3_333} <= set(kept)


def test_an_anomaly_is_kept_with_its_neighbours() -> None:
    epochs = [10 * i for i in range(1_000)]
    kept, _ = indexes_kept(epochs=epochs, series=[], marked=[5_010])
    assert {500, 501, 502} <= set(kept)


def test_marks_beyond_the_limit_are_counted() -> None:
    marked = list(range(0, 10_000, 7))
    kept, left_out = indexes_kept(epochs=list(range(10_000)), series=[], marked=marked)
    assert len(kept) == KEEP_AT_MOST
    # 1,429 marks with both neighbours (0 has one) and the last epoch.
    assert left_out == 1_429 * 3 - 1 + 1 - KEEP_AT_MOST


def test_a_series_of_nothing_keeps_nothing_more() -> None:
    kept, _ = indexes_kept(
        epochs=list(range(300)), series=[[None] * 300], marked=[10**9]
    )
    assert kept[0] == 0
