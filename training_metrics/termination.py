"""SIGTERM as an exception, so that a run that is told to go leaves in order.

Schedulers send SIGTERM and, some seconds later, SIGKILL. Inside `terminable` the first
SIGTERM raises `Terminated` in the main thread; later ones are ignored, because by then
the run is already saving itself.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

_EXIT_CODE: Final = 128 + signal.SIGTERM


class Terminated(SystemExit):
    """SIGTERM was received; exits with 143 where nobody catches it.

    Attributes:
        signal_number: 15. The document tells of any exception with this attribute as
            of a signal.
    """

    signal_number: Final = int(signal.SIGTERM)

    def __init__(self) -> None:
        super().__init__(_EXIT_CODE)

    def __str__(self) -> str:
        """The cause as the document's `error` gives it."""
        return "ended by signal 15 (SIGTERM)"


@contextmanager
def terminable() -> Iterator[None]:
    """Turns SIGTERM into `Terminated` inside the block.

    Does nothing outside the main thread, where Python hears no signals, and nothing
    where the program handles SIGTERM itself.
    """
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _terminate(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Terminated
