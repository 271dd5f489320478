"""The document's JSON Schema, generated from the model."""

from __future__ import annotations

import json
from typing import Any, Final

from training_metrics.document import TrainingMetrics

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The JSON Schema of `training_metrics.json`."""
    return {"$schema": _DIALECT} | TrainingMetrics.model_json_schema()


def schema_text() -> str:
    """The schema as the file in `pipeline_spec/` holds it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
