"""Log records as lines: for people, or one JSON object a line for machines.

No line of either kind holds a secret: tokens, signatures, one-time links and the
notification secrets become `…`. A line of JSON names an exception and where it came
from, but leaves its text out, which may quote a document.

Source of the names: https://cloud.google.com/logging/docs/structured-logging
"""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

_HIDDEN = "…"
_SECRETS = re.compile(
    r"(?<=/login/)[^/\s]+|(?<=trk_)[\w-]+|(?<=Bearer )\S+|(?<=v1=)[0-9a-f]+", re.I
)
# What our own calls pass as `extra`.
_FIELDS = ("run", "reason", "code", "status", "method", "path")


class PlainLines(logging.Formatter):
    """Lines for people; a traceback follows its line."""

    def format(self, record: logging.LogRecord) -> str:
        """Returns the record as Python's own formatter does, without secrets."""
        return without_secrets(super().format(record))


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Returns the record's time, severity, message, fields and exception."""
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "severity": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        told |= {name: vars(record)[name] for name in _FIELDS if name in vars(record)}
        if record.exc_info and record.exc_info[1]:
            told["exception"] = _exception(record.exc_info[1])
        return without_secrets(json.dumps(told, default=str, ensure_ascii=False))


def without_secrets(text: str) -> str:
    """Returns the text with every known kind of secret replaced."""
    for secret in settings.TRACKLESS_NOTIFY_SECRETS:
        text = text.replace(secret, _HIDDEN)
    return _SECRETS.sub(_HIDDEN, text)


def _exception(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "type": type(error).__name__,
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
