"""What the steps ask of a source; databases, servers and folders give it."""

from typing import Any, NamedTuple, Protocol

from ml_platform.mlflow_exit.bits import were_infinite
from ml_platform.mlflow_exit.runs import HeldExperiment, HeldRun


class RunCounts(NamedTuple):
    """How much a source holds of a run."""

    point_count: int
    nan_count: int
    infinity_count: int
    param_count: int
    tag_count: int


class Source(Protocol):
    """MLflow's data, opened for reading only.

    Attributes:
        label: names the source in the archive, without a password.
        lacking: a line for each thing that this source cannot tell.
    """

    label: str
    lacking: list[str]

    def experiments(self) -> list[HeldExperiment]:
        """Returns every experiment, deleted ones too, in order of their ids."""

    def run_ids(self) -> list[str]:
        """Returns the id of every run, and of every run that rows still point at."""

    def run_columns(self, run_id: str) -> dict[str, Any]:
        """Returns a run's own columns by name; empty for an orphan."""

    def run(self, run_id: str) -> HeldRun:
        """Returns everything of one run."""

    def counts(self, run_id: str) -> RunCounts:
        """Counts what the source holds of a run."""

    def parents(self) -> dict[str, str]:
        """Returns the parent's id of every nested run."""

    def tables_left(self) -> dict[str, int]:
        """Returns tables that hold rows which are not read here, with their counts."""


def in_order(experiments: list[HeldExperiment]) -> list[HeldExperiment]:
    """Returns the experiments by their ids, which are numbers written as text."""
    return sorted(
        experiments, key=lambda one: (len(one.experiment_id), one.experiment_id)
    )


def counted(held: HeldRun) -> RunCounts:
    """Counts a run that has been read."""
    points = held.points
    infinite = were_infinite(points.values[~points.is_nan])
    return RunCounts(
        len(points),
        int(points.is_nan.sum()),
        int(infinite.sum()),
        len(held.params),
        len(held.tags),
    )
