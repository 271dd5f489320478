"""The six numbers at the head of a run's page, each with what it is compared to."""

from dataclasses import dataclass

from ml_platform.experiments.presenters import numbers
from ml_platform.experiments.presenters.run_view import RunView, last_finite
from ml_platform.experiments.presenters.terms import metric_term

RECALL_AT = (5, 10, 50, 100)
_RANKING = ("auc_roc", "rmse", "mae")


@dataclass(frozen=True)
class Tile:
    """One number: label, value, unit, and the sentence under it."""

    label: str
    value: str
    note: str
    unit: str = ""
    title: str = ""


def tiles(view: RunView) -> list[Tile]:
    """Returns the tiles of a run that has history."""
    return [_best_loss(view), _second_loss(view), *_measures(view)]


def popularity(view: RunView, k: int) -> float | None:
    """Returns what recommending the most popular reaches on the same examples."""
    return view.final(f"test_popularity_recall_at_{k}")


def _best_loss(view: RunView) -> Tile:
    label = "Best validation loss" + (" so far" if view.running else "")
    if view.best is None:
        return Tile(label, numbers.ABSENT, "no validation loss recorded")
    best = view.val_losses[view.best]
    last = last_finite(view.val_losses)
    note = f"epoch {view.best_epoch}"
    if best is not None and last is not None and last != view.best:
        end = view.val_losses[last] or 0.0
        note += f"; last {numbers.loss(end)}, {numbers.difference(end - best)}"
    elif not view.stopped_early:
        note += ", the last"
    return Tile(label, numbers.loss(best), note, title=repr(best))


def _second_loss(view: RunView) -> Tile:
    test = view.final("test_loss")
    if test is not None:
        note = ""
        if view.best is not None:
            best = view.val_losses[view.best] or 0.0
            note = f"{numbers.difference(test - best)} to validation"
        return Tile("Test loss", numbers.loss(test), note, title=repr(test))
    last = last_finite(view.train_losses)
    if last is None:
        return Tile("Train loss", numbers.ABSENT, "not recorded")
    value, epoch = view.train_losses[last], view.epochs[last]
    if view.stopped_early:
        return Tile("Last finite loss", numbers.loss(value), f"epoch {epoch}, train")
    return Tile(f"Train loss, epoch {epoch}", numbers.loss(value), _step(view, last))


def _step(view: RunView, index: int) -> str:
    if index == 0 or view.train_losses[index - 1] is None:
        return "first value"
    step = (view.train_losses[index] or 0.0) - (view.train_losses[index - 1] or 0.0)
    return f"{numbers.difference(step)} to epoch {view.epochs[index - 1]}"


def _measures(view: RunView) -> list[Tile]:
    ranking = [
        _test_rating(view, name, value)
        for name in _RANKING
        if (value := view.final(f"test_{name}")) is not None
    ]
    retrieves = any(view.final(f"test_recall_at_{k}") is not None for k in RECALL_AT)
    if ranking and not retrieves:
        return ranking
    if view.running or not (retrieves or view.stopped_early):
        return [_validation_recall(view, k) for k in RECALL_AT]
    return [_test_recall(view, k) for k in RECALL_AT]


def _test_rating(view: RunView, name: str, value: float) -> Tile:
    term = metric_term(name)
    mean = view.final(f"test_train_mean_{name}")
    note = "on the test split"
    if mean is not None:
        note = f"{numbers.difference(value - mean)} on the training mean {mean:.3f}"
    return Tile(f"Test {term.word}", term.show(value), note, title=repr(value))


def _test_recall(view: RunView, k: int) -> Tile:
    value = view.final(f"test_recall_at_{k}")
    label = f"Test recall@{k}"
    if value is None:
        return Tile(label, numbers.ABSENT, "never evaluated")
    note = _on_popularity(value, popularity(view, k))
    return Tile(label, numbers.percent(value), note, "%", repr(value))


def _validation_recall(view: RunView, k: int) -> Tile:
    values = view.series("metrics", f"val_recall_at_{k}")
    last = last_finite(values)
    label = f"Validation recall@{k}"
    if last is None:
        return Tile(label, numbers.ABSENT, "not recorded each epoch")
    value = values[last] or 0.0
    return Tile(label, numbers.percent(value), f"epoch {view.epochs[last]}", "%")


def _on_popularity(value: float, baseline: float | None) -> str:
    if baseline is None:
        return "no popularity baseline"
    difference = numbers.points(value - baseline)
    return f"{difference} on popularity {numbers.percent(baseline)}"
