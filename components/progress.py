"""Progress events of a step, for whoever watches the run.

One JSON object a line, appended to the file that `TRACKLESS_PROGRESS` names; the
trainer writes the same lines to the same file. Without the variable, nothing happens.
Lines are short, and an append of a short line is one write, so several processes may
share the file.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from components import environment


def report(step: str, event: str, message: str = "") -> None:
    """Appends one event.

    Args:
        step: `prepare`, `train`, `persist`, `notify` or `finish`.
        event: `start`, `progress`, `done` or `failed`.
        message: One sentence for people.
    """
    target = environment.progress_file()
    if not target:
        return
    record = {"step": step, "event": event, "at": time.time(), "message": message}
    with Path(target).open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(record) + "\n")


@contextmanager
def reported(step: str) -> Iterator[None]:
    """Reports `start`, then `done`, or `failed` with the error's text."""
    report(step, "start")
    try:
        yield
    except BaseException as error:
        report(step, "failed", str(error) or type(error).__name__)
        raise
    report(step, "done")
