"""Turns pydantic's complaints about a mapping into one clear line a field."""

import difflib
import json
from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from trainer.errors import FieldsError

Model = TypeVar("Model", bound=BaseModel)


def parse_json_object(text: str, what: str, error: type[FieldsError]) -> dict[str, Any]:
    """Reads a JSON object from the command line; empty text is an empty object.

    Args:
      text: The text as given.
      what: The name of the option, for the message.
      error: The error to raise.

    Raises:
      FieldsError: `text` is not a JSON object.
    """
    if not text.strip():
        return {}
    try:
        value = json.loads(text)
    except json.JSONDecodeError as cause:
        raise error(
            [
                f"{what}: not JSON ({cause.msg} at character {cause.pos}), "
                f'received {_short(text)}; give an object such as {{"name": value}}.'
            ]
        ) from cause
    if not isinstance(value, dict):
        raise error(
            [f"{what}: expected a JSON object, received {_short(text)}; use {{…}}."]
        )
    return value


def validate(
    model: type[Model], values: dict[str, Any], error: type[FieldsError]
) -> Model:
    """Validates values against a model whose unknown names are refused.

    Raises:
      FieldsError: At least one field is wrong; every one is named.
    """
    try:
        return model.model_validate(values)
    except ValidationError as cause:
        raise error([_line(model, item) for item in cause.errors()]) from cause


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known name, or lists all of them."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    return f"did you mean {close[0]}?" if close else f"known are {', '.join(names)}."


def _line(model: type[BaseModel], item: Any) -> str:
    name, *inside = item["loc"] or ("values",)
    if item["type"] == "extra_forbidden":
        return f"{name}: unknown name; {nearest(name, model.model_fields)}"
    field = model.model_fields.get(name)
    keys = [part for part in inside if isinstance(part, str) and part != "[key]"]
    default = "" if field is None else f" (default {field.get_default()!r})"
    reason = item["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    where, received = ".".join([name, *keys]), _short(repr(item["input"]))
    return f"{where}: received {received}, must be {reason}{default}."


def _short(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
