"""The compare page's tables: a key, finals with best and difference, parameters."""

from dataclasses import dataclass

from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.presenters import numbers
from ml_platform.experiments.presenters.finals import (
    CACHED,
    Metric,
    metric_names,
    metric_of,
)
from ml_platform.experiments.presenters.protocols import protocol_words
from ml_platform.experiments.presenters.recall import split_word
from ml_platform.experiments.selectors.comparison import (
    params_compared,
    protocol,
    protocol_key,
)

COLORS = 5
_BASELINE_NOT_SHOWN = "popularity"


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
    names = metric_names([key.run.final_metrics for key in keys])
    measured = [
        _metric_row(metric_of(name), keys)
        for name in names
        if _BASELINE_NOT_SHOWN not in name
        and any(_read(key.run, name) is not None for key in keys)
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


def sampled_runs(keys: list[KeyRow]) -> list[tuple[str, str, str]]:
    """Returns letter, epochs that are cached and epochs in all, where those differ."""
    found = []
    for key in keys:
        sampling = (key.run.training_history_json or {}).get("sampling")
        if sampling and sampling["kept"] < sampling["of"]:
            kept, all_of_them = map(numbers.count, (sampling["kept"], sampling["of"]))
            found.append((key.letter, kept, all_of_them))
    return found


def protocols_told(keys: list[KeyRow]) -> list[tuple[str, str]]:
    """Returns each protocol of the runs: their letters, and how it is said."""
    letters: dict[str, list[str]] = {}
    for key in keys:
        told = protocol(key.run)
        words = protocol_words(told["split"] or "", told["candidates"])
        if told["examples"] is not None:
            words += f", {numbers.count(told['examples'])} examples"
        mark = f"{key.letter}†" if key.differs else key.letter
        letters.setdefault(f"{words}\n{protocol_key(key.run)}", []).append(mark)
    return [
        (", ".join(marks), words.split("\n")[0]) for words, marks in letters.items()
    ]


def _read(run: QuickTest, name: str) -> float | None:
    return getattr(run, name) if name in CACHED else run.final_metrics.get(name)


def _metric_row(metric: Metric, keys: list[KeyRow]) -> Row:
    values = {key.letter: _read(key.run, metric.name) for key in keys}
    comparable = [
        value
        for key in keys
        if (value := values[key.letter]) is not None and not key.differs
    ]
    best = metric.best(comparable)
    base = next(values[key.letter] for key in keys if key.baseline)
    return Row(
        metric.word,
        [_metric_cell(metric, key, values[key.letter], base, best) for key in keys],
    )


def _metric_cell(
    metric: Metric,
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
