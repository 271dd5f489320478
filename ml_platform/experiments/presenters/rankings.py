"""The leaderboard's table: heads that rank by their metric, rows with differences."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.presenters import numbers
from ml_platform.experiments.presenters.finals import CACHED, Metric, metric_of
from ml_platform.experiments.selectors.rankings import Board


@dataclass(frozen=True)
class Head:
    """A metric's column: pressed, it ranks by it or turns the order round."""

    metric: Metric
    url: str
    sorted: str


@dataclass(frozen=True)
class Cell:
    """One value of a run; `chosen` in the column that ranks."""

    text: str
    chosen: bool


@dataclass(frozen=True)
class BoardRow:
    """A ranked run's texts."""

    rank: int
    run: QuickTest
    url: str
    best_epoch: str
    started: str
    difference: str
    cells: list[Cell]


def board_heads(
    names: list[str],
    metric: Metric,
    worst_first: bool,
    address: Callable[..., str],
) -> list[Head]:
    """Returns a head for the metric that ranks, then for the others with a column."""
    others = [name for name in names if name in CACHED and name != metric.name]
    shown = [metric.name, *others]
    falling = metric.higher_is_better != worst_first
    return [
        Head(
            metric=metric_of(name),
            url=address(
                "leaderboard",
                metric=name,
                **(
                    {"order": "worst"}
                    if name == metric.name and not worst_first
                    else {}
                ),
            ),
            sorted=("descending" if falling else "ascending")
            if name == metric.name
            else "",
        )
        for name in shown
    ]


def board_rows(board: Board, metric: Metric, shown: list[Metric]) -> list[BoardRow]:
    """Returns a row a run; the difference is to the best of all, not of the page."""
    return [
        BoardRow(
            rank=ranked.rank,
            run=ranked.run,
            url=reverse("experiments:run", args=[ranked.run.pk]),
            best_epoch=""
            if ranked.run.best_epoch is None
            else f"@{ranked.run.best_epoch}",
            started=numbers.short_moment(ranked.run.started_at),
            difference="best"
            if board.best is None or ranked.value == board.best
            else metric.difference(ranked.value - board.best),
            cells=[
                Cell(one.show(_read(ranked.run, one.name)), one.name == metric.name)
                for one in shown
            ],
        )
        for ranked in board.rows
    ]


def _read(run: QuickTest, name: str) -> float | None:
    return getattr(run, name) if name in CACHED else run.final_metrics.get(name)
