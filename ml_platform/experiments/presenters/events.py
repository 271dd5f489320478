"""Anomalies and events: one plain sentence each, with the epochs it is about.

The list on the page is also what the charts draw their marks from, so that nothing is
drawn that is not said.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from ml_platform.experiments.presenters import numbers
from ml_platform.experiments.presenters.run_view import (
    RunView,
    Values,
    last_finite,
)

NOT_FINITE = {"nan": "NaN", "+inf": "+Inf", "-inf": f"{numbers.MINUS}Inf"}
_GLYPHS = {"nan": "nan", "+inf": "pos-inf", "-inf": "neg-inf"}
_LONGEST_LIST = 3


@dataclass(frozen=True)
class Event:
    """One mark: `kind` names its glyph, `title` is set bold, `detail` follows."""

    kind: str
    first: int
    last: int
    title: str
    detail: str = ""
    open_ended: bool = False
    label: str = ""

    @property
    def where(self) -> str:
        """The epochs, as the link says them."""
        if self.open_ended:
            return f"from {self.first}"
        if self.first != self.last:
            return numbers.epochs_range(self.first, self.last)
        return f"epoch {self.first}"


def events(view: RunView) -> list[Event]:
    """Returns every mark of the run in the order of its epochs."""
    found = [
        *_anomalies(view),
        *_seams(view),
        *_gaps(view),
        *_diagnoses(view),
        *_failure(view),
    ]
    return sorted(found, key=lambda event: (event.first, event.kind))


def series_name(path: str) -> str:
    """Returns a series' name as a sentence says it."""
    group, _, name = path.partition(".")
    if group == "gradient":
        return f"{name} weight norm"
    if group in ("weight_stats", "gradient_stats"):
        tower, _, statistic = name.partition(".")
        what = "gradient" if group == "gradient_stats" else "weight"
        return f"{tower} {what} {statistic}".strip()
    return name or path


def _anomalies(view: RunView) -> list[Event]:
    by_mark: dict[tuple[int, str], list[str]] = defaultdict(list)
    others = []
    for mark in view.history.get("anomalies") or []:
        epoch, kind = mark.get("epoch"), str(mark.get("kind"))
        if not isinstance(epoch, int):
            continue
        if kind in NOT_FINITE:
            by_mark[epoch, kind].append(series_name(str(mark.get("path"))))
        else:
            others.append(Event("note", epoch, epoch, f"{mark.get('path')}: {kind}."))
    return [*_merged(by_mark), *others]


def _merged(by_mark: dict[tuple[int, str], list[str]]) -> list[Event]:
    """Joins the same marks of epochs that follow each other into one event."""
    found = []
    order = sorted(by_mark.items(), key=lambda item: (item[0][1], item[1], item[0][0]))
    for (kind, names), group in groupby(order, key=lambda i: (i[0][1], i[1])):
        epochs = [epoch for (epoch, _), _ in group]
        for first, last in _runs_of(epochs):
            word = NOT_FINITE[kind]
            detail = f"{last - first + 1} epochs; line broken" if last > first else ""
            title = f"{_listed(names)} {'is' if len(names) == 1 else 'are'} {word}."
            found.append(
                Event(_GLYPHS[kind], first, last, title, detail or "Line broken")
            )
    return found


def _seams(view: RunView) -> list[Event]:
    found = []
    for attempt in view.attempts[1:]:
        first = attempt.get("first_epoch")
        number = attempt.get("number", "?")
        if isinstance(first, int):
            found.append(
                Event(
                    "seam",
                    first,
                    first,
                    f"Attempt {number} resumes",
                    f"at epoch {first}; later epochs of the attempt before replaced",
                    label=f"attempt {number}",
                )
            )
    return found


def _gaps(view: RunView) -> list[Event]:
    found = []
    for name, values in (("train", view.train_losses), ("val", view.val_losses)):
        document_name = {"train": "loss", "val": "val_loss"}[name]
        marked = {
            mark.get("epoch")
            for mark in view.history.get("anomalies") or []
            if mark.get("path") == f"loss.{document_name}"
        }
        title = "No training loss." if name == "train" else "No validation."
        for first, last in _missing(view.epochs, values, marked):
            count = sum(first <= epoch <= last for epoch in view.epochs)
            detail = f"No value in {count} epoch{'s' if count > 1 else ''}"
            label = f"no value {numbers.epochs_range(first, last)}"
            found.append(Event("gap", first, last, title, detail, label=label))
    return found


def _missing(
    epochs: list[int], values: Values, marked: set[Any]
) -> list[tuple[int, int]]:
    if not any(value is not None for value in values):
        return []
    spans, span = [], []
    for epoch, value in zip(epochs, values, strict=False):
        if value is None and epoch not in marked:
            span.append(epoch)
        elif span:
            spans.append((span[0], span[-1]))
            span = []
    return [*spans, (span[0], span[-1])] if span else spans


def _diagnoses(view: RunView) -> list[Event]:
    found = []
    for finding in view.history.get("diagnosis") or []:
        kind, epoch = str(finding.get("kind")), finding.get("epoch")
        if not isinstance(epoch, int):
            continue
        if kind.startswith("overfitting"):
            found.append(_overfitting(view, epoch))
        elif "collapse" in kind:
            found.append(_collapse(finding, epoch))
        elif kind == "nan_onset" and finding.get("variable"):
            title = f"Gradient of {finding['variable']} is not finite."
            detail = f"First at step {finding.get('step', 'unknown')}"
            found.append(Event("nan", epoch, epoch, title, detail))
    return found


def _overfitting(view: RunView, epoch: int) -> Event:
    """Says how far validation ended above its best, which is the trainer's rule."""
    detail = "Validation loss never came back to its best"
    last = last_finite(view.val_losses)
    if view.best is not None and last is not None:
        best, end = view.val_losses[view.best], view.val_losses[last]
        if best and end is not None and end > best:
            above = f"{100 * (end / best - 1):.1f} %"
            detail += f" of epoch {view.best_epoch}; it ended {above} above"
    return Event(
        "overfitting",
        epoch,
        epoch,
        "Overfitting.",
        detail,
        open_ended=True,
        label=f"overfitting from {epoch}: validation above its best",
    )


def _collapse(finding: dict[str, Any], epoch: int) -> Event:
    """Says what is left of a tower's gradient."""
    what = str(finding.get("tower") or series_name(str(finding.get("series") or "")))
    detail = "Its norm is next to nothing: the tower has stopped learning"
    value = finding.get("value")
    if isinstance(value, int | float):
        detail = (
            f"Its norm fell to {numbers.significant(value)}: "
            "the tower has stopped learning"
        )
    title = f"{what.capitalize()} gradient collapsed."
    label = f"{what} gradient collapsed"
    return Event("collapse", epoch, epoch, title, detail, label=label)


def _failure(view: RunView) -> list[Event]:
    if not view.stopped_early or not view.epochs:
        return []
    error = view.history.get("error") or {}
    epoch = error.get("epoch") if isinstance(error, dict) else None
    at = epoch if isinstance(epoch, int) else view.epochs[-1]
    word = view.run.get_status_display()
    message = error.get("message", "") if isinstance(error, dict) else str(error)
    label = f"{word.lower()} at epoch {at}"
    return [Event(view.run.status, at, at, f"{word}.", str(message), label=label)]


def _runs_of(epochs: list[int]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for epoch in sorted(epochs):
        if spans and epoch == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], epoch)
        else:
            spans.append((epoch, epoch))
    return spans


def _listed(names: list[str]) -> str:
    if len(names) > _LONGEST_LIST:
        rest = len(names) - _LONGEST_LIST + 1
        names = [*names[: _LONGEST_LIST - 1], f"{rest} more series"]
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} and {names[-1]}"
