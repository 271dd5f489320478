"""One line of the runs list, as text."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from ml_platform.experiments.models import QuickTest, RunStatus
from ml_platform.experiments.presenters import numbers
from ml_platform.experiments.presenters.spark import Spark, spark

_STOPPED = (RunStatus.FAILED, RunStatus.INTERRUPTED, RunStatus.RUNNING)


@dataclass(frozen=True)
class RunRow:
    """A run's cells, ready to be shown."""

    pk: int
    url: str
    number: int
    name: str
    status: str
    status_word: str
    model: str
    started: str
    duration: str
    epochs: str
    best_val_loss: str
    best_epoch: str
    spark: Spark | None
    points: int
    recalls: list[str]
    other_protocol: bool
    learning_rate: str
    embedding: str
    cells: dict[str, str]


def run_rows(runs: list[QuickTest]) -> list[RunRow]:
    """Returns the rows of one page of runs."""
    return [_row(run) for run in runs]


def _row(run: QuickTest) -> RunRow:
    recalls = (
        run.test_recall_at_5,
        run.test_recall_at_10,
        run.test_recall_at_50,
        run.test_recall_at_100,
    )
    drawn = spark(run.sparkline)
    return RunRow(
        pk=run.pk,
        url=reverse("experiments:run", args=[run.pk]),
        number=run.number,
        name=run.name,
        status=run.status,
        status_word=run.get_status_display(),
        model=run.model_type or numbers.ABSENT,
        started=numbers.short_moment(run.started_at or run.created_at),
        duration=numbers.duration(run.duration_seconds),
        epochs=_epochs(run),
        best_val_loss=_best_loss(run),
        best_epoch="" if run.best_epoch is None else f"@{run.best_epoch}",
        spark=drawn,
        points=len(run.sparkline.get("values", [])),
        recalls=[numbers.percent(value) for value in recalls],
        other_protocol=bool(run.split) and run.split != "time",
        learning_rate=numbers.param(run.params.get("learning_rate")),
        embedding=numbers.param(run.params.get("embedding_dim")),
        cells=_optional_cells(run),
    )


def _optional_cells(run: QuickTest) -> dict[str, str]:
    params: dict[str, Any] = run.params
    return {
        "test_loss": numbers.loss(run.test_loss),
        "split": run.split or numbers.ABSENT,
        "batch_size": numbers.param(params.get("batch_size")),
        "optimizer": numbers.param(params.get("optimizer")),
        "seed": numbers.param(params.get("seed")),
        "epochs_asked": numbers.param(params.get("epochs")),
    }


def _best_loss(run: QuickTest) -> str:
    not_applicable = run.model_type == "Ranking" and run.best_val_loss is None
    return "n/a" if not_applicable else numbers.loss(run.best_val_loss)


def _epochs(run: QuickTest) -> str:
    if run.epoch_count is None:
        return numbers.ABSENT
    asked = run.epochs_asked
    if asked and run.epoch_count < asked and run.status in _STOPPED:
        return f"{run.epoch_count} / {asked}"
    return str(run.epoch_count)
