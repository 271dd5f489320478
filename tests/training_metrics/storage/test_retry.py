"""Trying again: pauses that double, are drawn by chance, and come to an end."""

import pytest

from training_metrics.storage import retry


@pytest.fixture
def clock(monkeypatch):
    """Time that only sleeping moves; the pauses slept, and the bounds drawn from."""

    class Clock:
        now = 0.0
        pauses: list[float] = []
        bounds: list[tuple[float, float]] = []

        def monotonic(self):
            return self.now

        def sleep(self, seconds):
            self.pauses.append(seconds)
            self.now += seconds

        def uniform(self, low, high):
            self.bounds.append((low, high))
            return high / 2

    clock = Clock()
    clock.pauses, clock.bounds = [], []
    monkeypatch.setattr(retry.time, "monotonic", clock.monotonic)
    monkeypatch.setattr(retry.time, "sleep", clock.sleep)
    monkeypatch.setattr(retry.random, "uniform", clock.uniform)
    return clock


def failing(times):
    left = iter([True] * times)

    def call():
        if next(left, False):
            raise ConnectionError("reset")
        return "done"

    return call


def test_pauses_double_up_to_twenty_seconds_each_drawn_from_nothing_on(clock):
    assert retry.retrying(failing(8), lambda error: True) == "done"
    assert clock.bounds == [(0, b) for b in (0.5, 1, 2, 4, 8, 16, 20, 20)]
    assert clock.pauses == [high / 2 for _, high in clock.bounds]


def test_no_try_starts_after_the_total(clock):
    with pytest.raises(ConnectionError, match="reset"):
        retry.retrying(failing(1000), lambda error: True, total_seconds=30)
    assert clock.now <= 30


def test_what_will_not_pass_is_not_tried_again(clock):
    with pytest.raises(ConnectionError, match="reset"):
        retry.retrying(failing(1), lambda error: False)
    assert clock.pauses == []
