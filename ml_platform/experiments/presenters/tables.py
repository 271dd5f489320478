"""The tables at the foot of a run's page: finals, parameters, attempts."""

from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime

from ml_platform.experiments.presenters import numbers
from ml_platform.experiments.presenters.run_view import RunView
from ml_platform.experiments.presenters.tiles import RECALL_AT

_LOSSES = (
    ("Loss", "train", "val", "test_loss"),
    ("Regularisation", "regularization", "val_regularization", "test_regularization"),
    ("Total loss", "total", "val_total", "test_total_loss"),
)
_HANDLED = (
    "final_",
    "test_loss",
    "test_recall_at_",
    "test_popularity_",
    "test_user_recall_at_",
    "test_user_popularity_",
    "test_regularization",
)


@dataclass(frozen=True)
class FinalRow:
    """One metric at the best epoch and on the test split."""

    metric: str
    train: str = numbers.ABSENT
    validation: str = numbers.ABSENT
    test: str = numbers.ABSENT
    popularity: str = numbers.ABSENT


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
    rows = [_loss_row(view, *names) for names in _LOSSES]
    rows += [_recall_row(view, k) for k in RECALL_AT]
    rows += [_user_recall_row(view, k) for k in RECALL_AT]
    rows += [
        FinalRow(name, test=numbers.significant(view.final(name)))
        for name in sorted(view.finals)
        if not name.startswith(_HANDLED) and name != "test_total_loss"
    ]
    rows += _last_epoch_rows(view)
    absent = FinalRow("").__dict__ | {"metric": None}
    measured = [row for row in rows if row.__dict__ | {"metric": None} != absent]
    return [*measured, *_examples_row(view)]


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


def _loss_row(view: RunView, label: str, train: str, val: str, test: str) -> FinalRow:
    return FinalRow(
        label,
        train=numbers.loss(_at_best(view, "loss", train)),
        validation=numbers.loss(_at_best(view, "loss", val)),
        test=numbers.loss(view.final(test)),
    )


def _recall_row(view: RunView, k: int) -> FinalRow:
    return FinalRow(
        f"Recall@{k}, %",
        validation=numbers.percent(_at_best(view, "metrics", f"val_recall_at_{k}")),
        test=numbers.percent(view.final(f"test_recall_at_{k}")),
        popularity=numbers.percent(view.final(f"test_popularity_recall_at_{k}")),
    )


def _user_recall_row(view: RunView, k: int) -> FinalRow:
    return FinalRow(
        f"Recall@{k} by buyer, %",
        test=numbers.percent(view.final(f"test_user_recall_at_{k}")),
        popularity=numbers.percent(view.final(f"test_user_popularity_recall_at_{k}")),
    )


def _last_epoch_rows(view: RunView) -> list[FinalRow]:
    """Returns `final_…` and `final_val_…`, values of the last epoch, side by side."""
    names = {
        name.removeprefix("final_").removeprefix("val_")
        for name in view.finals
        if name.startswith("final_")
    }
    return [
        FinalRow(
            f"{name}, last epoch",
            train=numbers.significant(view.final(f"final_{name}")),
            validation=numbers.significant(view.final(f"final_val_{name}")),
        )
        for name in sorted(names)
    ]


def _examples_row(view: RunView) -> list[FinalRow]:
    data = view.details.get("data") or {}
    keys = ("train_examples", "eval_examples", "test_examples")
    found = [data.get(key) for key in keys]
    if not any(isinstance(value, int | float) for value in found):
        return []
    cells = [numbers.count(v) if isinstance(v, int | float) else "–" for v in found]
    return [FinalRow("Examples", cells[0], cells[1], cells[2], cells[2])]


def _at_best(view: RunView, group: str, name: str) -> float | None:
    values = view.series(group, name)
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
