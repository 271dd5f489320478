"""The columns of the runs list: what each one shows, sorts by and exports.

Their usual order is the order of questions: which, how did it end, how long, how good,
with what. Number and name are always shown; any parameter and any final metric can be a
column, too.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from ml_platform.experiments.models import QuickTest, RunStatus
from ml_platform.experiments.presenters import numbers
from ml_platform.experiments.presenters.finals import metric_of

_NOT_AT_THE_END = (RunStatus.FAILED, RunStatus.INTERRUPTED, RunStatus.RUNNING)
RECALL_GROUP = "Test recall, %"


@dataclass(frozen=True)
class Column:
    """One column; `value` is exported, `text` is shown."""

    key: str
    head: str
    word: str
    part: str
    value: Callable[[QuickTest], Any]
    text: Callable[[QuickTest], str]
    ordering: str = ""
    css: str = "n"
    group: str = ""
    usual: bool = True


def _field(name: str) -> Callable[[QuickTest], Any]:
    return lambda run: getattr(run, name)


def _param(name: str) -> Callable[[QuickTest], Any]:
    return lambda run: run.params.get(name)


def _shown(
    show: Callable[[Any], str], read: Callable[[QuickTest], Any]
) -> Callable[[QuickTest], str]:
    return lambda run: show(read(run))


def _text(read: Callable[[QuickTest], Any]) -> Callable[[QuickTest], str]:
    return lambda run: str(read(run) or numbers.ABSENT)


def _recall(k: int) -> Column:
    read = _field(f"test_recall_at_{k}")
    return Column(
        key=f"recall_{k}",
        head=f"@{k}",
        word=f"Recall@{k}",
        part="Test recall",
        value=read,
        text=_shown(numbers.percent, read),
        ordering=f"test_recall_at_{k}",
        css=f"n recall recall-{k}",
        group=RECALL_GROUP,
    )


def _parameter(name: str, head: str, word: str, usual: bool = False) -> Column:
    read = _param(name)
    return Column(
        key=name,
        head=head,
        word=word,
        part="Parameters",
        value=read,
        text=_shown(numbers.param, read),
        ordering=f"params.{name}",
        usual=usual,
    )


def _epochs(run: QuickTest) -> str:
    if run.epoch_count is None:
        return numbers.ABSENT
    asked = run.epochs_asked
    if asked and run.epoch_count < asked and run.status in _NOT_AT_THE_END:
        return f"{run.epoch_count} / {asked}"
    return str(run.epoch_count)


def _best_loss(run: QuickTest) -> str:
    not_applicable = run.model_type == "Ranking" and run.best_val_loss is None
    return "n/a" if not_applicable else numbers.loss(run.best_val_loss)


def _started(run: QuickTest) -> Any:
    return run.started_at or run.created_at


_RUN, _LOSS = "Run", "Loss"
COLUMNS = (
    Column(
        "number",
        "#",
        "#",
        "Always shown",
        _field("number"),
        _text(_field("number")),
        "number",
        "id",
    ),
    Column(
        "name",
        "Name",
        "Name",
        "Always shown",
        _field("name"),
        _text(_field("name")),
        "name",
        "name",
    ),
    Column(
        "status",
        "Status",
        "Status",
        _RUN,
        _field("status"),
        _text(_field("status")),
        "status",
        "state",
    ),
    Column(
        "model",
        "Model",
        "Model type",
        _RUN,
        _field("model_type"),
        _text(_field("model_type")),
        "model",
        "",
    ),
    Column(
        "started",
        "Started",
        "Started",
        _RUN,
        _started,
        _shown(numbers.short_moment, _started),
        "started",
        "",
    ),
    Column(
        "duration",
        "Duration",
        "Duration",
        _RUN,
        _field("duration_seconds"),
        _shown(numbers.duration, _field("duration_seconds")),
        "duration",
    ),
    Column(
        "epochs", "Epochs", "Epochs", _RUN, _field("epoch_count"), _epochs, "epochs"
    ),
    Column(
        "split",
        "Split",
        "Split",
        _RUN,
        _field("split"),
        _text(_field("split")),
        "",
        "",
        usual=False,
    ),
    Column(
        "best_val_loss",
        "Best val loss",
        "Best val loss",
        _LOSS,
        _field("best_val_loss"),
        _best_loss,
        "best_val_loss",
        "n loss",
    ),
    Column(
        "curve",
        "Val loss by epoch",
        "Val loss by epoch",
        _LOSS,
        _field("best_epoch"),
        _text(_field("best_epoch")),
        "",
        "curve",
    ),
    Column(
        "test_loss",
        "Test loss",
        "Test loss",
        _LOSS,
        _field("test_loss"),
        _shown(numbers.loss, _field("test_loss")),
        "test_loss",
        usual=False,
    ),
    *(_recall(k) for k in (5, 10, 50, 100)),
    _parameter("learning_rate", "LR", "Learning rate", usual=True),
    _parameter("embedding_dim", "Emb.", "Embedding", usual=True),
    _parameter("batch_size", "Batch", "Batch size"),
    _parameter("optimizer", "Optimizer", "Optimizer"),
    _parameter("l2", "L2", "L2"),
    _parameter("temperature", "Temp.", "Temperature"),
    _parameter("seed", "Seed", "Seed"),
)
ALWAYS = ("number", "name")
USUAL = tuple(column.key for column in COLUMNS if column.usual)
_BY_KEY = {column.key: column for column in COLUMNS}
PARAM, FINAL = "params.", "finals."
"""Keys that start so stand for any parameter, or for any final metric."""


def column_of(key: str) -> Column | None:
    """Returns the column of that key, None where no column can have it."""
    if key in _BY_KEY:
        return _BY_KEY[key]
    if key.startswith(PARAM) and len(key) > len(PARAM):
        return _any_param(key)
    if key.startswith(FINAL) and len(key) > len(FINAL):
        return _any_final(key)
    return None


def columns_chosen(keys: Iterable[str]) -> list[Column]:
    """Returns the columns in the order named; the usual ones where none is known.

    Number and name come first, named or not.
    """
    found = [c for key in dict.fromkeys(keys) if (c := column_of(key))]
    found = found or [_BY_KEY[key] for key in USUAL]
    always = [_BY_KEY[key] for key in ALWAYS]
    return [*always, *(c for c in found if c.key not in ALWAYS)]


def columns_offered(
    chosen: list[Column], finals: Iterable[str], params: Iterable[str]
) -> list[Column]:
    """Returns every column to choose from: known ones, then any final and parameter."""
    have_own = {c.ordering.removeprefix(PARAM) for c in COLUMNS}
    keys = [f"{FINAL}{name}" for name in sorted(set(finals) - have_own)]
    keys += [f"{PARAM}{name}" for name in sorted(set(params) - have_own)]
    more = {c.key: c for key in keys if (c := column_of(key))}
    more |= {c.key: c for c in chosen if c.key not in _BY_KEY}
    return [*COLUMNS, *sorted(more.values(), key=lambda c: (c.part, c.key))]


def _any_param(key: str) -> Column:
    name = key.removeprefix(PARAM)
    column = _parameter(name, name, name)
    return replace(column, key=key, part="More parameters", css="n any")


def _any_final(key: str) -> Column:
    name = key.removeprefix(FINAL)
    metric = metric_of(name)

    def read(run: QuickTest) -> Any:
        return run.final_metrics.get(name)

    return Column(
        key=key,
        head=metric.word,
        word=metric.word,
        part="More final metrics",
        value=read,
        text=_shown(metric.show, read),
        ordering=key,
        css="n any",
        usual=False,
    )
