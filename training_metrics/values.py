"""What a trainer hands over, as plain Python: numbers, and JSON for parameters."""

from __future__ import annotations

import math
import signal
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from training_metrics import limits
from training_metrics.document import EPOCH_LIMIT, NAME_CHARACTERS_MAX
from training_metrics.errors import BadValue
from training_metrics.parsing import clean_text

_DEPTH_MAX: Final = 16


def to_number(name: Any, value: Any) -> float:
    """A float from a Python, NumPy or TensorFlow scalar, 0-d array, or digits in bytes.

    Raises:
        BadValue: it is no single real number.
    """
    if type(value) is float:
        return value
    name = to_name(name)
    if hasattr(value, "numpy"):
        value = value.numpy()
    if isinstance(value, (str, bytes)):
        return _to_float(name, value)
    array = np.asarray(value)
    if array.ndim:
        raise BadValue(
            name,
            f"an array of shape {list(array.shape)} received, expected one number; "
            "reduce it first (mean, sum or last)",
        )
    if np.iscomplexobj(array):
        raise BadValue(name, f"{value!r} received, expected a real number")
    return _to_float(name, array.item())


def _to_float(name: str, value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise BadValue(
            name, f"{repr(value)[:60]} received, expected a number that fits float64"
        ) from error


def to_step(name: str, step: Any) -> int:
    """An epoch number from any whole number.

    Raises:
        BadValue: it is none.
    """
    number = step if type(step) is int else to_number(f"{name}: step", step)
    if not abs(number) <= EPOCH_LIMIT or int(number) != number:
        raise BadValue(
            name,
            f"step {step!r:.40} received, expected a whole number of at most "
            f"{EPOCH_LIMIT}",
        )
    return int(number)


def to_name(name: Any, characters_max: int = NAME_CHARACTERS_MAX) -> str:
    """A series' or parameter's name from text or bytes.

    Raises:
        BadValue: it is neither, or empty, or too long.
    """
    if isinstance(name, bytes):
        name = name.decode("utf-8", "backslashreplace")
    if not isinstance(name, str) or not name:
        raise BadValue(
            f"name {name!r:.40}", f"{type(name).__name__} received, expected a text"
        )
    if len(name) > characters_max:
        raise BadValue(
            f"name {name[:40]!r}…",
            f"{len(name)} characters received, expected at most {characters_max}",
        )
    return clean_text(name)


def to_json(value: Any, depth: int = 0) -> Any:
    """Any parameter as strict JSON: what JSON has no word for becomes its text.

    NaN and infinities become their names, so that a parameter is never lost.
    """
    if isinstance(value, bytes):
        value = value.decode("utf-8", "backslashreplace")
    if type(value) is str:
        return _bounded(value)
    if value is None or type(value) in (bool, int):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else repr(float(value))
    if depth < _DEPTH_MAX:
        if isinstance(value, Mapping):
            return {
                _bounded(str(key)): to_json(item, depth + 1)
                for key, item in value.items()
            }
        if isinstance(value, (list, tuple, set, frozenset)):
            return [to_json(item, depth + 1) for item in value]
        if hasattr(value, "numpy"):
            return to_json(value.numpy(), depth + 1)
        if isinstance(value, (np.ndarray, np.generic)):
            return to_json(value.tolist(), depth + 1)
    return _bounded(str(value))


def _bounded(text: str) -> str:
    """The text as every reader takes it; of a very long one the beginning."""
    if len(text) > limits.STRING_CHARACTERS_MAX:
        end = f"… (cut; {len(text)} characters in all)"
        text = text[: limits.STRING_CHARACTERS_MAX - len(end)] + end
    return clean_text(text)


def to_error(error: Any) -> dict[str, Any] | None:
    """A document's `error` from an exception, a text or the object itself."""
    if error is None:
        return None
    if isinstance(error, Mapping):
        plain: dict[str, Any] = {"message": ""} | to_json(error)
        known = [key for key in ("kind", "message") if key in plain]
        return plain | {key: _bounded(str(plain[key])) for key in known}
    if isinstance(error, BaseException):
        return _of_exception(error)
    return {"kind": "error", "message": _bounded(str(error))}


def _of_exception(error: BaseException) -> dict[str, Any]:
    text = clean_text(" ".join(str(error).split())[:1000])
    number = _signal_number(error)
    if number is not None:
        said = text or f"ended by signal {number} ({signal.Signals(number).name})"
        return {"kind": "signal", "message": said, "signal": number}
    name = type(error).__name__
    return {"kind": name, "message": f"{name}: {text}" if text else name}


def _signal_number(error: BaseException) -> int | None:
    """The signal that an exception stands for; Ctrl-C's where it names none."""
    default = signal.SIGINT if isinstance(error, KeyboardInterrupt) else None
    number = getattr(error, "signal_number", default)
    return number if number in list(signal.Signals) else None
