"""Progress for people: short lines on stdout, or events in a file for a caller.

A caller that shows progress itself names a file in `TRACKLESS_PROGRESS`; each
event is then one JSON object a line, appended whole. Otherwise the same events
become short human lines.
"""

import json
import math
import time
from collections.abc import Mapping
from typing import Any

from trainer import environment


def report(
    step: str,
    event: str,
    *,
    done: int | None = None,
    of: int | None = None,
    message: str = "",
    metrics: Mapping[str, float] | None = None,
) -> None:
    """Reports one event.

    Args:
      step: `prepare`, `train` or `evaluate`.
      event: `start`, `progress`, `epoch` or `done`.
      done: How much is finished, in the step's own unit (epochs for `train`).
      of: How much there is in all.
      message: One short sentence for people.
      metrics: Numbers of this event; a non-finite one is written as null.
    """
    line = {"step": step, "event": event, "at": round(time.time(), 3)}
    extra: dict[str, Any] = {
        "done": done,
        "of": of,
        "message": message or None,
        "metrics": _strict(metrics) if metrics else None,
    }
    line.update({key: value for key, value in extra.items() if value is not None})
    file = environment.progress_file()
    if file is None:
        print(_human(step, event, done, of, message, metrics), flush=True)
        return
    with file.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(line, allow_nan=False) + "\n")


def _strict(metrics: Mapping[str, float]) -> dict[str, float | None]:
    return {
        name: float(value) if math.isfinite(value) else None
        for name, value in metrics.items()
    }


def _human(
    step: str,
    event: str,
    done: int | None,
    of: int | None,
    message: str,
    metrics: Mapping[str, float] | None,
) -> str:
    parts = [f"{step}:"]
    if done is not None and of is not None:
        parts.append(f"{done}/{of}")
    if message:
        parts.append(message)
    elif event in ("start", "done"):
        parts.append(event)
    parts += [f"{name} {value:.4g}" for name, value in (metrics or {}).items()]
    return " ".join(parts)
