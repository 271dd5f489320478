"""The compare page's tables: a key, finals with best and difference, parameters."""

from collections.abc import Callable
from dataclasses import dataclass

from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.presenters import numbers
from ml_platform.experiments.presenters.recall import split_word
from ml_platform.experiments.presenters.tiles import RECALL_AT
from ml_platform.experiments.selectors.comparison import (
    params_compared,
    protocol,
    protocol_key,
)

COLORS = 5
Formatter = Callable[[float | None], str]


@dataclass(frozen=True)
class KeyRow:
    """One run in the key: its letter and colour stay its identity on the page."""

    run: QuickTest
    letter: str
    color: int
    best_val_loss: str
    best_epoch: str
    protocol: str
    differs: bool
    baseline: bool


@dataclass(frozen=True)
class Cell:
    """One value with its difference to the baseline."""

    value: str
    difference: str
    best: bool
    differs: bool
    baseline: bool
    color: int = 0


@dataclass(frozen=True)
class Row:
    """One line of the table: a metric or a parameter, a cell a run."""

    name: str
    cells: list[Cell]


@dataclass(frozen=True)
class _Metric:
    name: str
    read: Callable[[QuickTest], float | None]
    show: Formatter
    difference: Callable[[float], str]
    higher_is_better: bool | None


def _final(name: str) -> Callable[[QuickTest], float | None]:
    return lambda run: getattr(run, name)


_METRICS = (
    _Metric(
        "Best validation loss",
        _final("best_val_loss"),
        numbers.loss,
        numbers.difference,
        higher_is_better=False,
    ),
    _Metric(
        "Test loss",
        _final("test_loss"),
        numbers.loss,
        numbers.difference,
        higher_is_better=False,
    ),
    *(
        _Metric(
            f"Test recall@{k}, %",
            _final(f"test_recall_at_{k}"),
            numbers.percent,
            numbers.points,
            higher_is_better=True,
        )
        for k in RECALL_AT
    ),
    _Metric(
        "Test AUC",
        _final("test_auc_roc"),
        numbers.significant,
        numbers.difference,
        higher_is_better=True,
    ),
    _Metric(
        "Test RMSE",
        _final("test_rmse"),
        numbers.significant,
        numbers.difference,
        higher_is_better=False,
    ),
)


def key_rows(runs: list[QuickTest], baseline: QuickTest) -> list[KeyRow]:
    """Returns the key, a row a run, lettered in their order."""
    usual = protocol_key(baseline)
    return [
        KeyRow(
            run=run,
            letter=chr(ord("A") + index),
            color=index % COLORS + 1,
            best_val_loss=numbers.loss(run.best_val_loss),
            best_epoch="" if run.best_epoch is None else f"@{run.best_epoch}",
            protocol=_protocol(run),
            differs=protocol_key(run) != usual,
            baseline=run.pk == baseline.pk,
        )
        for index, run in enumerate(runs)
    ]


def finals_compared(keys: list[KeyRow]) -> list[Row]:
    """Returns best validation loss, best epoch, finals and duration."""
    measured = [
        _metric_row(metric, keys)
        for metric in _METRICS
        if any(metric.read(key.run) is not None for key in keys)
    ]
    best_epochs = Row("Best epoch, of trained", [_epoch_cell(key) for key in keys])
    duration = Row(
        "Duration",
        [_plain(key, numbers.duration(key.run.duration_seconds)) for key in keys],
    )
    return [*measured[:1], best_epochs, *measured[1:], duration]


def params_rows(keys: list[KeyRow]) -> tuple[list[Row], list[Row]]:
    """Returns the parameters that differ, and those that are the same."""
    compared = params_compared([key.run for key in keys])
    return tuple(  # type: ignore[return-value]
        [_param_row(name, values, keys) for name, values in compared[part].items()]
        for part in ("differ", "same")
    )


def _metric_row(metric: _Metric, keys: list[KeyRow]) -> Row:
    values = {key.letter: metric.read(key.run) for key in keys}
    comparable = [
        value
        for key in keys
        if (value := values[key.letter]) is not None and not key.differs
    ]
    choose = max if metric.higher_is_better else min
    best = choose(comparable, default=None)
    base = next(values[key.letter] for key in keys if key.baseline)
    return Row(
        metric.name,
        [_metric_cell(metric, key, values[key.letter], base, best) for key in keys],
    )


def _metric_cell(
    metric: _Metric,
    key: KeyRow,
    value: float | None,
    base: float | None,
    best: float | None,
) -> Cell:
    difference = ""
    if key.baseline:
        difference = "baseline"
    elif key.differs:
        difference = "other split"
    elif value is not None and base is not None:
        difference = metric.difference(value - base)
    return Cell(
        value=metric.show(value),
        difference=difference,
        best=value is not None and value == best and not key.differs,
        differs=key.differs,
        baseline=key.baseline,
    )


def _param_row(name: str, values: list[object], keys: list[KeyRow]) -> Row:
    base = next(v for key, v in zip(keys, values, strict=True) if key.baseline)
    return Row(
        name,
        [
            Cell(
                value=numbers.param(value),
                difference="",
                best=False,
                differs=repr(value) != repr(base),
                baseline=key.baseline,
                color=key.color,
            )
            for key, value in zip(keys, values, strict=True)
        ],
    )


def _epoch_cell(key: KeyRow) -> Cell:
    run = key.run
    if run.best_epoch is None:
        return _plain(key, numbers.ABSENT)
    return _plain(key, f"{run.best_epoch} of {run.epoch_count}")


def _plain(key: KeyRow, value: str) -> Cell:
    return Cell(value, "", best=False, differs=False, baseline=key.baseline)


def _protocol(run: QuickTest) -> str:
    told = protocol(run)
    if not told["split"]:
        return "unknown"
    candidates = told["candidates"]
    known = isinstance(candidates, int | float)
    return split_word(told["split"]) + (f", {candidates:,}" if known else "")
