"""A run as MLflow held it: the shape that sources give and the archive gives back.

Source and archive are compared in this shape, so it knows neither.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ml_platform.mlflow_exit.points import Points


@dataclass(frozen=True)
class HeldRun:
    """Everything a source holds of one run.

    Attributes:
        run_id: MLflow's id.
        columns: the row of `runs`, by column name; empty where rows point at a run
            that is not there (an orphan).
        points: rows of `metrics`.
        params: key and value.
        tags: key and value, which MLflow allows to be absent.
    """

    run_id: str
    columns: Mapping[str, Any]
    points: Points
    params: list[tuple[str, str | None]]
    tags: list[tuple[str, str | None]]

    def digest(self) -> str:
        """Returns the SHA-256 over all of it, whatever order the rows came in."""
        told = [
            self.run_id,
            sorted(self.columns.items()),
            self.points.digest(),
            sorted(self.params, key=repr),
            sorted(self.tags, key=repr),
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


@dataclass(frozen=True)
class HeldExperiment:
    """Everything a source holds of one experiment, without its runs."""

    experiment_id: str
    columns: Mapping[str, Any]
    tags: list[tuple[str, str | None]]
