"""Trying again: which failures pass, and how long to wait.

The client library's own retries differ between its versions (2.19 retries an upload
only with a precondition, 3.x also without), so they are switched off and this is the
only loop.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Final, TypeVar

ATTEMPT_SECONDS: Final = 60.0
"""Longest wait for one answer."""

TOTAL_SECONDS: Final = 120.0
"""No new try after this long."""

_FIRST_PAUSE_SECONDS: Final = 0.5
_LONGEST_PAUSE_SECONDS: Final = 20.0

T = TypeVar("T")


def retrying(
    call: Callable[[], T],
    passes: Callable[[Exception], bool],
    total_seconds: float = TOTAL_SECONDS,
) -> T:
    """Calls until it succeeds, fails for good, or the time is spent.

    Pauses double from half a second, each drawn between nothing and its full length
    so that many writers do not come back together.

    Args:
        call: what to do.
        passes: whether an error may be gone at the next try.
        total_seconds: no new try starts after this.
    """
    deadline = time.monotonic() + total_seconds
    pause = _FIRST_PAUSE_SECONDS
    while True:
        try:
            return call()
        except Exception as error:
            if not passes(error) or time.monotonic() + pause > deadline:
                raise
        time.sleep(random.uniform(0, pause))
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
