"""Work on a thread of its own: at most once an interval, offers joined."""

import threading
import time

from training_metrics.periodic import Periodic


def test_offers_that_wait_are_one_call_an_interval_apart():
    times, done = [], threading.Event()

    def act():
        times.append(time.monotonic())
        if len(times) == 2:
            done.set()

    started = time.monotonic()
    periodic = Periodic(act, 0.2, "test")
    while not done.is_set() and time.monotonic() < started + 10:
        periodic.offer()
        time.sleep(0.01)
    periodic.stop()
    assert len(times) == 2
    assert times[0] - started >= 0.2 and times[1] - times[0] >= 0.2


def test_stopping_drops_what_waits_and_starts_nothing_later():
    calls = []
    periodic = Periodic(lambda: calls.append(1), 60.0, "test")
    periodic.offer()
    periodic.stop()
    periodic.offer()
    time.sleep(0.05)
    assert calls == []
