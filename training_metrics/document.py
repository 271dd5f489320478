"""The document's model: the shape of `training_metrics.json` and what holds in it.

Strict about what a chart relies on (lengths, finite numbers, increasing epochs), open
everywhere else: unknown keys survive, towers and series are not a closed list. Old
and broken files are made to fit by `training_metrics.repair`, not here.
"""

from __future__ import annotations

from array import array
from datetime import UTC, datetime
from itertools import pairwise
from typing import Annotated, Any, Final, Literal, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

SCHEMA_VERSION: Final = "1.0"
"""Version that this package writes. Readers take any 1.x and refuse other majors."""

EPOCH_LIMIT: Final = 2**53 - 1
"""Largest epoch, up and down: beyond it JavaScript merges neighbours."""

COUNT_LIMIT: Final = 2**63 - 1
"""Largest count of a histogram bin: 64 bits."""

NAME_CHARACTERS_MAX: Final = 256
"""Longest name of a series or tower."""

SERIES_MAX: Final = 10_000
"""Most series in a section, and most towers."""

EPOCHS_MAX: Final = 1_000_000
"""Most epochs in a document."""

SERIES_SECTIONS: Final = ("loss", "gradient", "metrics")
TOWER_SECTIONS: Final = ("weight_stats", "gradient_stats")
STATISTICS: Final = ("mean", "std", "min", "max", "norm")

Status = Literal["running", "completed", "failed", "interrupted"]
Epoch = Annotated[int, Field(ge=-EPOCH_LIMIT, le=EPOCH_LIMIT)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=COUNT_LIMIT)]
Name = Annotated[str, Field(max_length=NAME_CHARACTERS_MAX)]
Series = Annotated[
    list[Number | None],
    Field(description="One entry per epoch; null where the epoch has no value. 1.0"),
]
SeriesByName = Annotated[dict[Name, Series], Field(max_length=SERIES_MAX)]


def _time(value: Any) -> Any:
    """A time from its RFC 3339 text; anything else is left to the field's type."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


class _Open(BaseModel):
    """Base of every part: unknown keys are kept."""

    # Strict: what JSON Schema refuses, as text for a number, the model refuses too.
    model_config = ConfigDict(extra="allow", strict=True)


_Part = TypeVar("_Part", bound=_Open)


class Histogram(_Open):
    """Counts of a tower's elements per epoch, all epochs on the same edges."""

    bin_edges: list[Number] = Field(
        description="Increasing; one more than there are bins. 1.0"
    )
    counts: list[list[Count] | None] = Field(
        description="[epochs][bins]; null where the epoch has no histogram. A row "
        "sums to the number of finite elements. 1.0"
    )

    @model_validator(mode="after")
    def _edges_fit(self) -> Self:
        edges, bins = self.bin_edges, len(self.bin_edges) - 1
        if bins < 1 or any(a >= b for a, b in pairwise(edges)):
            raise ValueError("bin_edges must be two or more increasing numbers")
        if any(row is not None and len(row) != bins for row in self.counts):
            raise ValueError(f"every row of counts must have {bins} bins")
        return self


class TowerStatistics(_Open):
    """Statistics of all elements of one tower, one entry per epoch."""

    mean: Series | None = None
    std: Series | None = None
    min: Series | None = None
    max: Series | None = None
    norm: Series | None = None
    histogram: Histogram | None = None

    def series(self) -> dict[str, list[float | None]]:
        """The scalar series, unknown ones included, by name."""
        known = {name: getattr(self, name) for name in STATISTICS}
        every = known | (self.model_extra or {})
        return {name: values for name, values in every.items() if _is_series(values)}


class Anomaly(_Open):
    """A place where a value is not what it seems: NaN, replaced, of unknown epoch."""

    path: str = Field(description="Where, as `loss.val_loss`. 1.0")
    epoch: Epoch | None = Field(None, description="Absent where none is known. 1.0")
    kind: str = Field(
        description="`nan`, `+inf`, `-inf`, `replaced`, `unknown_epochs`, … 1.0"
    )
    count: Count | None = Field(
        None, description="Elements concerned, in a histogram. 1.0"
    )


class Diagnosis(_Open):
    """A finding about the run: collapse, NaN onset, overfitting onset, best epoch."""

    kind: str = Field(description="`nan_onset`, `best_epoch`, … 1.0")


class ErrorInfo(_Open):
    """Why a run is not completed."""

    kind: str | None = Field(None, description="`signal`, an exception's name, … 1.0")
    message: str = Field(description="One line for a person. 1.0")


class TrainingMetrics(_Open):
    """The whole document of one run."""

    schema_version: str = Field(SCHEMA_VERSION, pattern=r"^1(\.\d{1,6})?$")
    saved_at: Annotated[datetime | None, BeforeValidator(_time)] = Field(
        None, description="UTC, when written; null in files that did not say. 1.0"
    )
    available: bool = Field(False, description="At least one epoch is recorded. 1.0")
    status: Status | None = Field(
        None, description="Null in files of before 1.0, which did not say. 1.0"
    )
    error: ErrorInfo | None = Field(None, description="When not completed. 1.0")
    epochs: list[Epoch] = Field(
        default_factory=list,
        max_length=EPOCHS_MAX,
        description="Strictly increasing. 1.0",
    )
    loss: SeriesByName = Field(default_factory=dict)
    gradient: SeriesByName = Field(
        default_factory=dict, description="Weight norms (L2), by tower and total. 1.0"
    )
    weight_stats: dict[Name, TowerStatistics] = Field(
        default_factory=dict, max_length=SERIES_MAX
    )
    gradient_stats: dict[Name, TowerStatistics] = Field(
        default_factory=dict, max_length=SERIES_MAX
    )
    metrics: SeriesByName = Field(
        default_factory=dict, description="Every other series. 1.0"
    )
    final_metrics: dict[Name, Number | None] = Field(
        default_factory=dict, max_length=SERIES_MAX
    )
    params: dict[str, Any] = Field(default_factory=dict)
    run: dict[str, Any] = Field(default_factory=dict)
    anomalies: list[Anomaly] = Field(default_factory=list)
    diagnosis: list[Diagnosis] = Field(default_factory=list)

    @model_validator(mode="after")
    def _promises_hold(self) -> Self:
        problems = []
        if any(a >= b for a, b in pairwise(self.epochs)):
            problems.append("epochs must strictly increase")
        if self.available != bool(self.epochs):
            problems.append(f"available is {self.available}, epochs {len(self.epochs)}")
        wrong = [p for p, v in self.series() if len(v) != len(self.epochs)]
        if wrong:
            named = ", ".join(wrong[:5]) + (" …" if len(wrong) > 5 else "")
            problems.append(f"not one entry per epoch ({len(self.epochs)}): {named}")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def series(self) -> list[tuple[str, list[Any]]]:
        """Everything that has one entry per epoch, histogram rows too, by path."""
        found: list[tuple[str, list[Any]]] = []
        for section in SERIES_SECTIONS:
            for name, values in getattr(self, section).items():
                found.append((f"{section}.{name}", values))
        for section in TOWER_SECTIONS:
            for tower, statistics in getattr(self, section).items():
                place = f"{section}.{tower}"
                for name, values in statistics.series().items():
                    found.append((f"{place}.{name}", values))
                if statistics.histogram is not None:
                    counts = statistics.histogram.counts
                    found.append((f"{place}.histogram.counts", counts))
        return found


def construct(model: type[_Part], members: dict[str, Any]) -> _Part:
    """A part of a document without validation, from members of any name.

    `model_construct` itself fails on unknown keys that are named as its arguments.
    """
    fields = model.model_fields
    part = model.model_construct(**{k: v for k, v in members.items() if k in fields})
    extra = {key: value for key, value in members.items() if key not in fields}
    object.__setattr__(part, "__pydantic_extra__", extra)
    return part


def utc_now() -> datetime:
    """The time now in UTC, to the microsecond."""
    return datetime.now(UTC)


def _is_series(values: object) -> bool:
    if isinstance(values, list):
        return all(value is None or type(value) in (int, float) for value in values)
    return isinstance(values, array)
