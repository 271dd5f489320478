"""What the API takes: bodies and queries, with their limits on the fields."""

from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import AfterValidator, ConfigDict, StringConstraints

from ml_platform.experiments.selectors.comparison import MOST_RUNS
from ml_platform.experiments.selectors.run_list import MAX_PAGE_SIZE
from ml_platform.experiments.storable import storable_text

Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=250)
]


RunId = Annotated[int, Field(ge=1, lt=2**63)]
Text = Annotated[str, AfterValidator(storable_text)]


class RunCreation(Schema):
    """A run to create before its pipeline starts."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    params: dict[str, Any] = Field(default_factory=dict, max_length=500)
    pipeline_job_name: str = Field("", max_length=512)


class Launch(Schema):
    """How to start a run."""

    model_config = ConfigDict(extra="forbid")

    target: Literal["local", "vertex"]
    input_path: str = Field(
        "",
        max_length=1024,
        pattern=r"^$|^gs://|^/",
        description="gs://… or an absolute path; empty generates transactions.",
    )
    columns: dict[str, str] = Field(default_factory=dict, max_length=30)
    data_options: dict[str, Any] = Field(default_factory=dict, max_length=100)


class RunListQuery(Schema):
    """The list's query: page, filters, order."""

    page: int = Field(1, ge=1, le=1_000_000)
    page_size: int = Field(25, ge=1, le=MAX_PAGE_SIZE)
    status: Text = Field("", max_length=16)
    search: Text = Field("", max_length=200)
    ordering: Text = Field("-number", max_length=200)


class SeriesQuery(Schema):
    """Which series of a document; all where none is named."""

    series: list[Annotated[str, Field(max_length=256)]] = Field(
        default_factory=list,
        max_length=1000,
        description="Names such as loss.val_loss; may be repeated.",
    )


class Comparison(Schema):
    """Runs to compare."""

    model_config = ConfigDict(extra="forbid")

    ids: list[RunId] = Field(min_length=2, max_length=MOST_RUNS)


class ErrorDetail(Schema):
    """What was refused: a code for machines, a sentence for people."""

    code: str
    message: str


class Refusal(Schema):
    """Every refusal's shape."""

    success: bool = False
    error: ErrorDetail


class Answer(Schema):
    """Every success's shape; further keys depend on the call."""

    model_config = ConfigDict(extra="allow")

    success: bool = True
