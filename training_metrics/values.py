"""What a trainer hands over, as plain Python: numbers, and JSON for parameters."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from training_metrics.errors import BadValue

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
    if type(step) is int:
        return step
    number = to_number(f"{name}: step", step)
    if not number.is_integer():
        raise BadValue(name, f"step {step!r} received, expected a whole number")
    return int(number)


def to_name(name: Any) -> str:
    """A series' or parameter's name from text or bytes.

    Raises:
        BadValue: it is neither, or empty.
    """
    if type(name) is str and name:
        return name
    if isinstance(name, bytes):
        name = name.decode("utf-8", "backslashreplace")
    if not isinstance(name, str) or not name:
        raise BadValue(
            f"name {name!r}", f"{type(name).__name__} received, expected a text"
        )
    return name


def to_json(value: Any, depth: int = 0) -> Any:
    """Any parameter as strict JSON: what JSON has no word for becomes its text.

    NaN and infinities become their names, so that a parameter is never lost.
    """
    if value is None or type(value) in (bool, int, str):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else repr(float(value))
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if depth < _DEPTH_MAX:
        if isinstance(value, Mapping):
            return {str(key): to_json(item, depth + 1) for key, item in value.items()}
        if isinstance(value, (list, tuple, set, frozenset)):
            return [to_json(item, depth + 1) for item in value]
        if hasattr(value, "numpy"):
            return to_json(value.numpy(), depth + 1)
        if isinstance(value, (np.ndarray, np.generic)):
            return to_json(value.tolist(), depth + 1)
    return str(value)


def to_error(error: Any) -> dict[str, Any] | None:
    """A document's `error` from an exception, a text or the object itself."""
    if error is None:
        return None
    if isinstance(error, Mapping):
        plain: dict[str, Any] = to_json(error)
        return {"message": ""} | plain
    if isinstance(error, BaseException):
        text = " ".join(str(error).split())[:1000]
        name = type(error).__name__
        return {"kind": name, "message": f"{name}: {text}" if text else name}
    return {"kind": "error", "message": str(error)}
