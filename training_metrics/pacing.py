"""Giving way: long work in the background that hardly holds up the other threads.

Python hands the interpreter over after 5 ms of work, which a training step would feel.
Here the background asks for a short sleep itself, and far sooner.
"""

from __future__ import annotations

import time
from typing import Final

_WORK_SECONDS: Final = 0.0005
_PAUSE_SECONDS: Final = 0.0005


class Pacer:
    """Sleeps for a moment when called, if there was work for a moment."""

    def __init__(self) -> None:
        self._sleeps_at = 0.0

    def __call__(self) -> None:
        """Call between pieces of work that are each shorter than a millisecond."""
        if time.monotonic() >= self._sleeps_at:
            time.sleep(_PAUSE_SECONDS)
            self._sleeps_at = time.monotonic() + _WORK_SECONDS


def at_once() -> None:
    """Stands in for a `Pacer` where nobody waits."""
