"""One line of the runs list, as text."""

from dataclasses import dataclass

from django.urls import reverse

from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.presenters import numbers
from ml_platform.experiments.presenters.run_columns import Column
from ml_platform.experiments.presenters.spark import Spark, spark


@dataclass(frozen=True)
class Cell:
    """One cell: the column it stands in and its text."""

    key: str
    css: str
    text: str


@dataclass(frozen=True)
class RunRow:
    """A run's cells, ready to be shown."""

    pk: int
    url: str
    name: str
    status: str
    status_word: str
    best_epoch: str
    spark: Spark | None
    points: int
    other_protocol: bool
    cells: list[Cell]


def run_rows(runs: list[QuickTest], columns: list[Column]) -> list[RunRow]:
    """Returns the rows of one page of runs."""
    return [_row(run, columns) for run in runs]


def _row(run: QuickTest, columns: list[Column]) -> RunRow:
    other = bool(run.split) and run.split != "time"
    return RunRow(
        pk=run.pk,
        url=reverse("experiments:run", args=[run.pk]),
        name=run.name,
        status=run.status,
        status_word=run.get_status_display(),
        best_epoch="" if run.best_epoch is None else f"@{run.best_epoch}",
        spark=spark(run.sparkline),
        points=len(run.sparkline.get("values", [])),
        other_protocol=other,
        cells=[_cell(run, column, other) for column in columns],
    )


def _cell(run: QuickTest, column: Column, other_protocol: bool) -> Cell:
    text = column.text(run)
    marked = other_protocol and column.group and text != numbers.ABSENT
    return Cell(column.key, column.css + (" dagger" if marked else ""), text)
