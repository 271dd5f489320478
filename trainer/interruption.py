"""What SIGTERM and Ctrl-C do: raise `Interrupted`, and be remembered.

Code in C may drop an exception that a signal handler raises inside it (NumPy's
string functions do), and go on or fail with another. `check` at a place where nothing
is half-done raises it again.
"""

import signal
from types import FrameType
from typing import NoReturn

from trainer.errors import Interrupted

_received: list[Interrupted] = []


def listen(consequence: str) -> None:
    """Lets both signals interrupt this process.

    Args:
      consequence: What a user is told about what is kept.
    """

    def stop(number: int, _frame: FrameType | None) -> NoReturn:
        _received.append(Interrupted(signal.Signals(number).name, number, consequence))
        raise _received[-1]

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def received() -> Interrupted | None:
    """The latest signal, even one whose exception was dropped on its way."""
    return _received[-1] if _received else None


def check() -> None:
    """Raises `Interrupted` if a signal came."""
    if stopped := received():
        raise stopped
