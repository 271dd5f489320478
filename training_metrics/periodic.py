"""Work off the caller's thread: when there is something new, at most once an interval.

For what a run writes again and again while it goes on: snapshots of its document, a
trainer's checkpoints. What the work is and what becomes of its failures is the owner's.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Periodic:
    """Calls a function on a thread of its own after it was offered something."""

    def __init__(
        self, act: Callable[[], None], interval_seconds: float, name: str
    ) -> None:
        """Starts no thread before the first offer.

        Args:
            act: the work; raises nothing.
            interval_seconds: at least so long between two calls, and before the first.
            name: the thread's.
        """
        self._act = act
        self._interval_seconds = interval_seconds
        self._name = name
        self._next_at = time.monotonic() + interval_seconds
        self._is_offered = threading.Event()
        self._is_over = threading.Event()
        self._thread: threading.Thread | None = None

    def offer(self) -> None:
        """Says that there is something new, and returns at once.

        Offers that come while one waits are one call in the end.
        """
        if self._thread is None and not self._is_over.is_set():
            self._thread = threading.Thread(
                target=self._run, name=self._name, daemon=True
            )
            self._thread.start()
        self._is_offered.set()

    def stop(self) -> None:
        """Ends the thread after a call under way; an offer that waits is dropped."""
        self._is_over.set()
        self._is_offered.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            self._is_offered.wait()
            if self._is_over.wait(max(0.0, self._next_at - time.monotonic())):
                return
            self._is_offered.clear()
            self._next_at = time.monotonic() + self._interval_seconds
            self._act()
