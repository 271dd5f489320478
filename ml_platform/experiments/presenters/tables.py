"""The tables at the foot of a run's page: finals, parameters, attempts."""

from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime

from ml_platform.experiments.cache_shape import LOSS_NAMES
from ml_platform.experiments.presenters import numbers
from ml_platform.experiments.presenters.events import NOT_FINITE
from ml_platform.experiments.presenters.run_view import RunView
from ml_platform.experiments.presenters.terms import metric_term

_BASELINES = ("popularity_", "train_mean_", "user_popularity_")
_ALWAYS = ("loss", "regularization_loss", "total_loss")


@dataclass(frozen=True)
class Cell:
    """A value as it is shown, and all of its digits."""

    text: str = numbers.ABSENT
    full: str = ""


@dataclass(frozen=True)
class FinalRow:
    """One metric: train and validation at the best epoch, test, a baseline on test."""

    metric: str
    train: Cell = Cell()
    validation: Cell = Cell()
    test: Cell = Cell()
    baseline: Cell = Cell()

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells in the order of the columns."""
        return self.train, self.validation, self.test, self.baseline


@dataclass(frozen=True)
class Attempt:
    """One attempt of the run."""

    number: str
    epochs: str
    time: str
    status: str
    end: str


def finals_rows(view: RunView) -> list[FinalRow]:
    """Returns the rows of the final table; a metric nobody measured has none."""
    names = sorted(_metrics(view), key=lambda name: metric_term(name).order)
    rows = [_row(view, name) for name in names]
    rows += _last_epoch_rows(view)
    return [
        *(row for row in rows if any(cell.full for cell in row.cells)),
        *_examples_row(view),
    ]


def params_rows(view: RunView) -> list[tuple[str, str, str]]:
    """Returns name, shown value and full value of every parameter, by name."""
    params = {**view.run.params, **(view.history.get("params") or {})}
    return [(name, numbers.param(params[name]), str(params[name])) for name in params]


def attempts_rows(view: RunView) -> list[Attempt]:
    """Returns the attempts with how each ended."""
    rows = []
    for index, attempt in enumerate(view.attempts):
        is_last = index == len(view.attempts) - 1
        status = view.run.status if is_last else "interrupted"
        ended_by = str(attempt.get("ended_by") or "")
        word = view.run.get_status_display() if is_last else "Interrupted"
        rows.append(
            Attempt(
                number=str(attempt.get("number", index + 1)),
                epochs=_attempt_epochs(view, index),
                time=numbers.duration(_seconds(attempt)),
                status=status,
                end=word if ended_by in ("", "completed") else ended_by.capitalize(),
            )
        )
    return rows


def _metrics(view: RunView) -> set[str]:
    """Returns what was measured on the test split or, epoch by epoch, on validation."""
    tested = {n.removeprefix("test_") for n in view.finals if n.startswith("test_")}
    tested = {name for name in tested if not name.startswith(_BASELINES)}
    recorded = (*view.history.get("loss", {}), *view.history.get("metrics", {}))
    validated = {n.removeprefix("val_") for n in recorded if n.startswith("val_")}
    # The cache has names of its own for three losses; `_ALWAYS` has them already.
    return {*_ALWAYS, *tested, *validated} - {"regularization", "total"}


def _row(view: RunView, name: str) -> FinalRow:
    term = metric_term(name)

    def cell(value: float | None) -> Cell:
        return Cell() if value is None else Cell(term.show(value), repr(value))

    tested = view.final(f"test_{name}")
    if tested is None and name == "regularization_loss":
        tested = view.final("test_regularization")
    return FinalRow(
        term.word,
        train=cell(_at_best(view, name)),
        validation=cell(_at_best(view, f"val_{name}")),
        test=cell(tested) if tested is not None else _not_finite(view, name),
        baseline=cell(_baseline(view, name)),
    )


def _not_finite(view: RunView, name: str) -> Cell:
    """Returns NaN or an infinity by name, where the test value is one."""
    for mark in view.history.get("anomalies") or []:
        word = NOT_FINITE.get(str(mark.get("kind")))
        if word and mark.get("path") == f"final_metrics.test_{name}":
            return Cell(word, word)
    return Cell()


def _baseline(view: RunView, name: str) -> float | None:
    """Returns what popularity, or for ratings the training mean, reaches on test."""
    by_user = name.startswith("user_")
    popularity = f"user_popularity_{name[5:]}" if by_user else f"popularity_{name}"
    found = view.final(f"test_{popularity}")
    return view.final(f"test_train_mean_{name}") if found is None else found


def _last_epoch_rows(view: RunView) -> list[FinalRow]:
    """Returns `final_…` and `final_val_…`, values of the last epoch, side by side."""
    names = {
        name.removeprefix("final_").removeprefix("val_")
        for name in view.finals
        if name.startswith("final_")
    }
    rows = []
    for name in sorted(names, key=lambda name: metric_term(name).order):
        term = metric_term(name)
        values = (view.final(f"final_{kind}{name}") for kind in ("", "val_"))
        cells = [Cell() if v is None else Cell(term.show(v), repr(v)) for v in values]
        rows.append(FinalRow(f"{term.word}, last epoch", *cells))
    return rows


def _examples_row(view: RunView) -> list[FinalRow]:
    data = view.details.get("data") or {}
    keys = ("train_examples", "eval_examples", "test_examples")
    found = [data.get(key) for key in keys]
    if not any(isinstance(value, int | float) for value in found):
        return []
    train, validation, test = (
        Cell(numbers.count(v), str(v)) if isinstance(v, int | float) else Cell()
        for v in found
    )
    return [FinalRow("Examples", train, validation, test, test)]


def _at_best(view: RunView, name: str) -> float | None:
    losses = view.series("loss", LOSS_NAMES.get(name, name))
    values = losses or view.series("metrics", name)
    index = view.best if view.best is not None else len(values) - 1
    return values[index] if 0 <= index < len(values) else None


def _attempt_epochs(view: RunView, index: int) -> str:
    first = view.attempts[index].get("first_epoch")
    if not isinstance(first, int) or not view.epochs:
        return numbers.ABSENT
    last = view.attempts[index].get("last_epoch")
    if not isinstance(last, int):
        later = view.attempts[index + 1 :]
        following = later[0].get("first_epoch") if later else None
        last = following - 1 if isinstance(following, int) else view.epochs[-1]
    return numbers.epochs_range(first, max(first, last))


def _seconds(attempt: dict[str, Any]) -> float | None:
    try:
        started, ended = (parse_datetime(str(attempt.get(key) or "")) for key in _SPAN)
        return (ended - started).total_seconds() if started and ended else None
    except (ValueError, TypeError):
        return None


_SPAN = ("started_at", "ended_at")
