"""Runs the trainer's programs as children and outlives them.

A child that is killed, runs out of memory or segfaults takes nothing with it: the
supervisor knows the exit code or signal and the last line of its error output, and
still runs. What becomes of the run's history then is decided in `components.training`.
"""

import contextlib
import ctypes
import functools
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import IO

from components import environment
from components.errors import OWN_EXIT, ChildFailed

GRACE_SECONDS = 25.0
"""Between the forwarded signal and SIGKILL; Vertex AI and Kubernetes allow 30 s."""

_LINE_LIMIT = 1000
_PR_SET_PDEATHSIG = 1


def run_trainer(arguments: list[str], *, program: str) -> None:
    """Runs `python -m trainer …` in the trainer's environment and waits for it.

    Its output is forwarded line by line. SIGTERM and SIGINT are passed on as SIGTERM;
    a child that has not ended `GRACE_SECONDS` later is killed. If the supervisor is
    killed itself, the kernel ends the child.

    Args:
        arguments: What follows `python -m trainer`.
        program: What to call the child in messages, such as `trainer`.

    Raises:
        ChildFailed: It ended otherwise than with exit code 0, or did not start.
    """
    command = [environment.trainer_python(), "-m", "trainer", *arguments]
    try:
        child = subprocess.Popen(
            command,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=functools.partial(die_with_parent, signal.SIGKILL),
        )
    except OSError as error:
        raise ChildFailed(
            "start",
            f"{program} did not start: {command[0]}: {error.strerror}. Set "
            f"{environment.TRAINER_PYTHON} to the interpreter that has TFX.",
            interrupted=False,
            exit_code=2,
        ) from error
    assert child.stderr is not None
    with _forwarded_signals(child) as received:
        last_line = _forward(child.stderr)
        returncode = child.wait()
    if returncode != 0 or received:
        raise _failure(program, returncode, last_line, received)


def die_with_parent(number: signal.Signals) -> None:
    """For `preexec_fn`: the kernel sends the child `number` when its parent ends.

    Source: prctl(2), PR_SET_PDEATHSIG.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)


def _forward(stream: IO[str]) -> str:
    """Copies the child's error output to ours; returns its last line with text."""
    last = ""
    for line in stream:
        sys.stderr.write(line)
        sys.stderr.flush()
        last = line.strip() or last
    return last[:_LINE_LIMIT]


@contextlib.contextmanager
def _forwarded_signals(child: subprocess.Popen[str]) -> Iterator[list[int]]:
    """Passes SIGTERM and SIGINT on while the body runs; yields those received."""
    received: list[int] = []

    def forward(number: int, _frame: FrameType | None) -> None:
        if received:
            return
        received.append(number)
        child.terminate()
        killer = threading.Timer(GRACE_SECONDS, child.kill)
        killer.daemon = True
        killer.start()

    previous = {
        number: signal.signal(number, forward)
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield received
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _failure(
    program: str, returncode: int, last_line: str, received: list[int]
) -> ChildFailed:
    if received:
        name = signal.Signals(received[0]).name
        return ChildFailed(
            "signal",
            f"{program} was asked to stop by signal {received[0]} ({name})",
            interrupted=True,
            exit_code=128 + received[0],
            signal_number=received[0],
        )
    if returncode < 0:
        number = -returncode
        hint = (
            "; the kernel does that when memory runs out"
            if number == signal.SIGKILL
            else ""
        )
        name = signal.Signals(number).name
        return ChildFailed(
            "signal",
            f"{program} ended by signal {number} ({name}){hint}",
            interrupted=number == signal.SIGTERM,
            exit_code=128 + number,
            signal_number=number,
        )
    return ChildFailed(
        OWN_EXIT,
        last_line or f"{program} ended with exit code {returncode} and said nothing",
        interrupted=False,
        exit_code=returncode,
    )
