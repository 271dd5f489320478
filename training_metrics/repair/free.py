"""Free content (params, run, unknown keys): strict JSON and bounded, else untouched."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any, Final

from training_metrics import limits
from training_metrics.errors import DocumentRefused
from training_metrics.parsing import Token, clean_text
from training_metrics.repair.notes import Notes

_TOKENS: Final = {"NaN": "nan", "Infinity": "+inf", "-Infinity": "-inf"}


def fix_free(notes: Notes, path: str, value: Any, depth: int = 0) -> Any:
    """The value with nothing in it that strict JSON or UTF-8 cannot hold.

    Raises:
        DocumentRefused: nested too deeply, or a string is too long.
    """
    if depth > limits.DEPTH_MAX:
        problem = f"nested deeper than {limits.DEPTH_MAX}"
        place = path[: limits.PATH_CHARACTERS_MAX]
        raise DocumentRefused(notes.file, place, problem, "flatten it")
    if isinstance(value, dict):
        return {
            key: fix_free(notes, f"{path}.{key}", member, depth + 1)
            for key, member in value.items()
        }
    if isinstance(value, list):
        return [fix_free(notes, path, item, depth + 1) for item in value]
    if isinstance(value, str) and not isinstance(value, Token):
        return _fix_text(notes, path, value)
    kind = _odd(value)
    if kind is None:
        return value
    notes.tell(path, Counter([kind]))
    notes.mark(path, kind)
    return None


def _odd(value: Any) -> str | None:
    if isinstance(value, Token):
        return _TOKENS[value]
    if isinstance(value, float) and not math.isfinite(value):
        return "too_large"
    return None


def _fix_text(notes: Notes, path: str, text: str) -> str:
    if len(text) > limits.STRING_CHARACTERS_MAX:
        problem = f"a text of {len(text)} characters"
        place = path[: limits.PATH_CHARACTERS_MAX]
        raise DocumentRefused(notes.file, place, problem, "shorten it")
    clean = clean_text(text)
    if clean != text:
        notes.find(path, "a NUL or half a character in a text", "replaced by U+FFFD")
    return clean
