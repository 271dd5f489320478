"""The column of cached histories: thousands of numbers, which take time to write."""

import json
from typing import Any

from django.db import models
from pydantic_core import to_json


class _Encoder(json.JSONEncoder):
    """Writes plain values as `json` does, but for spaces and escapes."""

    def encode(self, o: Any) -> str:
        """See `json.JSONEncoder.encode`."""
        return to_json(o).decode()


class HistoryField(models.JSONField):
    """A JSONField that is written ten times faster, into the same kind of column."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options, encoder=_Encoder)

    def deconstruct(self) -> Any:
        """See `Field.deconstruct`; to migrations it is any JSONField."""
        name, _, args, options = super().deconstruct()
        del options["encoder"]
        return name, "django.db.models.JSONField", args, options
