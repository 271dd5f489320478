"""The list of epochs: read, sorted, each once; and the same order for every series."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

from training_metrics.document import EPOCH_LIMIT, EPOCHS_MAX
from training_metrics.errors import DocumentRefused
from training_metrics.repair.notes import Notes


class EpochOrder:
    """How entries as written become entries per epoch.

    Attributes:
        epochs: int [epochs], strictly increasing.
        count: number of epochs as written, which every series must have.
    """

    def __init__(self, written: list[int]) -> None:
        self.count = len(written)
        last = {epoch: index for index, epoch in enumerate(written)}
        self.epochs = sorted(last)
        self.is_changed = self.epochs != written
        self._indices = [last[epoch] for epoch in self.epochs]

    def arrange(self, values: list[Any]) -> list[Any]:
        """The entries in the order of `epochs`; of an epoch's several, the last."""
        if not self.is_changed:
            return values
        return [values[index] for index in self._indices]


def read_epochs(notes: Notes, value: Any) -> EpochOrder:
    """Reads the document's `epochs`.

    Raises:
        DocumentRefused: an entry is no integer: then no value has a known place.
    """
    if value is None:
        notes.find("epochs", "absent", "read as none")
        value = []
    if not isinstance(value, list) or len(value) > EPOCHS_MAX:
        problem = f"not a list of at most {EPOCHS_MAX} epochs"
        raise DocumentRefused(notes.file, "epochs", problem, "write one integer each")
    written = [_epoch(notes, index, entry) for index, entry in enumerate(value)]
    if any(type(entry) is not int for entry in value):
        notes.find("epochs", "not all integers", "read as the integers they equal")
    order = EpochOrder(written)
    if order.is_changed:
        _tell(notes, written)
    return order


def _epoch(notes: Notes, index: int, entry: Any) -> int:
    try:
        epoch = int(entry) if type(entry) in (int, str) else _whole(entry)
    except ValueError:
        epoch = EPOCH_LIMIT + 1
    if abs(epoch) > EPOCH_LIMIT:
        place, problem = f"epochs[{index}]", f"{repr(entry)[:40]} is no epoch"
        raise DocumentRefused(notes.file, place, problem, "write an integer")
    return epoch


def _whole(entry: Any) -> int:
    if type(entry) is float and entry.is_integer():
        return int(entry)
    raise ValueError


def _tell(notes: Notes, written: list[int]) -> None:
    repeated = sorted(epoch for epoch, n in Counter(written).items() if n > 1)
    if any(a > b for a, b in pairwise(written)):
        notes.find("epochs", "not increasing", "sorted, each entry with its epoch")
    if repeated:
        named = ", ".join(map(str, repeated[:5])) + (" …" if len(repeated) > 5 else "")
        notes.find("epochs", f"there twice: {named}", "the later entries kept")
    for epoch in repeated:
        notes.mark("epochs", "replaced", epoch=epoch)
