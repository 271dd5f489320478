"""The short list of steps that people see while a pipeline runs.

Steps append JSON lines to one file (`components.progress`, `trainer`'s own); this
follows the file and prints a line for what matters: a step's start and end, an epoch.
On a terminal the step that is running keeps a line with its latest message.
"""

import json
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.status import Status

TITLES = {
    "prepare": "Prepare data",
    "train": "Train two-tower model",
    "persist": "Persist training metrics",
    "notify": "Notify Django",
    "finish": "Keep what exists",
}


class StepList:
    """Follows a progress file and prints what it says.

    Attributes:
        file: What it follows.
        seconds: How long each finished step took.
        failure: The last failed step's message, or "".
    """

    def __init__(self, progress_file: Path, console: Console) -> None:
        self.seconds: dict[str, float] = {}
        self.failure = ""
        self.file = progress_file
        self._console = console
        self._offset = 0
        self._started: dict[str, float] = {}
        self._status: Status | None = None

    def update(self) -> None:
        """Prints what was appended since the last call; a torn last line waits."""
        if not self.file.exists():
            return
        with self.file.open("rb") as stream:
            stream.seek(self._offset)
            new = stream.read()
        whole, _, _ = new.rpartition(b"\n")
        self._offset += len(whole) + 1 if whole else 0
        for line in whole.splitlines():
            self._show(json.loads(line))

    def close(self) -> None:
        """Prints the rest and ends the running line."""
        self.update()
        self._say_running(None)

    def _show(self, event: dict[str, Any]) -> None:
        step, kind = event["step"], event["event"]
        title = TITLES.get(step, step)
        message = event.get("message") or ""
        if kind == "start":
            self._started.setdefault(step, event.get("at", time.time()))
            self._say_running(f"{title}: {message}" if message else title)
        elif step == "evaluate" and kind == "done":  # a part of the train step
            self._console.print(f"    {_evaluated(event)}", highlight=False)
        elif kind == "epoch":
            self._console.print(f"    {_epoch(event)}", highlight=False)
        elif kind == "progress":
            self._say_running(f"{title}: {_progress(event)}")
        elif kind == "done":
            self._end(step, event, f"[green]✓[/] {title}", message)
        elif kind == "failed":
            self.failure = message
            self._end(step, event, f"[red]✗[/] {title}", message)

    def _end(self, step: str, event: dict[str, Any], mark: str, message: str) -> None:
        began = self._started.pop(step, None)
        at = event.get("at", time.time())
        self.seconds[step] = at - began if began is not None else 0.0
        self._say_running(None)
        self._console.print(f"  {mark}  {self.seconds[step]:.1f} s", highlight=False)
        if message:
            self._console.print(
                f"    {message}", highlight=False, markup=False, style="dim"
            )

    def _say_running(self, text: str | None) -> None:
        if not self._console.is_terminal:
            return
        if text is None:
            if self._status is not None:
                self._status.stop()
                self._status = None
        elif self._status is None:
            self._status = self._console.status(text)
            self._status.start()
        else:
            self._status.update(text)


def _evaluated(event: dict[str, Any]) -> str:
    """The evaluation's headline numbers in one line."""
    metrics = event.get("metrics") or {}
    shown = [f"{name} {value:.4g}" for name, value in metrics.items() if value]
    return "  ".join(["evaluated", *shown])


def _epoch(event: dict[str, Any]) -> str:
    """One epoch in one line; metrics in the order in which they were reported."""
    parts = [f"epoch {event.get('done')}/{event.get('of')}"]
    for name, value in (event.get("metrics") or {}).items():
        if value is None:
            continue
        text = f"{value:.1f} s" if name == "seconds" else f"{name} {value:.4g}"
        parts.append(text)
    return "  ".join(parts)


def _progress(event: dict[str, Any]) -> str:
    message = event.get("message") or ""
    if event.get("of"):
        return f"{event.get('done', 0):,} of {event['of']:,} {message}".strip()
    return str(message)
