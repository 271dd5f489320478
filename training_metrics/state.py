"""What a run has recorded so far, in memory: compact, growing by epoch.

The same class holds a live run and one replayed from its journal: whatever a journal
line says is applied here, so a recovered document is the one the run would have
written.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from copy import deepcopy
from typing import Any, Final

from training_metrics import floats
from training_metrics.document import (
    EPOCHS_MAX,
    SERIES_MAX,
    SERIES_SECTIONS,
    TOWER_SECTIONS,
)
from training_metrics.errors import BadValue, StepWentBackwards
from training_metrics.histogram import GridHistogram
from training_metrics.parsing import clean_text

Key = tuple[str, ...]
"""Place of a series: `(section, name)` or `(section, tower, statistic)`."""

Point = tuple[str, int | None]
"""Path and epoch of an anomaly; no epoch where it belongs to none."""


_TOWER_KEYS: Final = {(section, 3) for section in TOWER_SECTIONS}
_KEYS: Final = {(section, 2) for section in SERIES_SECTIONS} | _TOWER_KEYS


class RunState:
    """Series, histograms and facts of one run.

    Attributes:
        epochs: strictly increasing.
        columns: float64 by key, one entry per epoch, NaN where there is no number;
            a column may end before the last epoch.
        histograms: by key, then epoch.
        anomalies: by point; a point logged again loses its earlier ones.
        params, final_metrics, run, diagnosis, attempts: as in the document.
        end: how the run ended, None while it has not.
    """

    def __init__(self) -> None:
        self.epochs: array[int] = array("q")
        self.columns: dict[Key, array[float]] = {}
        self.histograms: dict[Key, dict[int, GridHistogram]] = {}
        self.anomalies: dict[Point, list[dict[str, Any]]] = {}
        self.params: dict[str, Any] = {}
        self.final_metrics: dict[str, float | None] = {}
        self.run: dict[str, Any] = {}
        self.diagnosis: list[dict[str, Any]] = []
        self.attempts: list[dict[str, Any]] = []
        self.end: dict[str, Any] | None = None
        self._resumes = False

    def begin_attempt(self, attempt: dict[str, Any]) -> None:
        """Starts an attempt; its first epoch replaces that and later ones."""
        self.attempts.append(attempt | {"number": len(self.attempts) + 1})
        self.end = None
        self._resumes = True

    def end_attempt(self, end: dict[str, Any]) -> None:
        """Records how the current attempt ended: `status`, `error`, `ended_at`."""
        how = ended_by(end["status"], end.get("error"))
        self.attempts[-1] |= {"ended_at": end.get("ended_at"), "ended_by": how}
        self.end = end

    def append(self, epoch: int, keys: Sequence[Key], numbers: Sequence[float]) -> int:
        """Appends to gapless series and says how many of them, from the first on.

        By far the most frequent case, done quickly. It stops at a number that is not
        finite and at a series that is new, has a gap, or has the epoch already; these
        are for `set_value`.

        Raises:
            BadValue: there are too many epochs for a reader.
        """
        if self._resumes or not self.epochs or epoch < self.epochs[-1] or not keys:
            return 0
        if epoch > self.epochs[-1]:
            self._check_epochs(epoch)
            self.epochs.append(epoch)
        find, isfinite, before = self.columns.get, math.isfinite, len(self.epochs) - 1
        for index, (key, number) in enumerate(zip(keys, numbers, strict=True)):
            column = find(key)
            if column is None or len(column) != before or not isfinite(number):
                return index
            column.append(number)
        return len(keys)

    def set_value(self, key: Key, epoch: int, value: float) -> bool:
        """Records a number, or NaN for none, and says whether one was there already.

        Raises:
            StepWentBackwards: the series has a later epoch.
            BadValue: there are too many series or epochs for a reader.
        """
        column = self.columns.get(key)
        self._check_forward(
            key, epoch, self.epochs[len(column) - 1] if column else None
        )
        index = self._index(epoch)
        if key not in self.columns:
            self._check_room(key)
        column = self.columns.setdefault(key, array("d"))
        if index < len(column):
            column[index] = value
            self.anomalies.pop((".".join(key), epoch), None)
            return True
        if index > len(column):
            column.extend([math.nan] * (index - len(column)))
        column.append(value)
        return False

    def set_histogram(self, key: Key, epoch: int, histogram: GridHistogram) -> bool:
        """Records a histogram and says whether one was there already.

        Raises:
            StepWentBackwards: the tower has a later epoch.
        """
        rows = self.histograms.get(key, {})
        self._check_forward(key, epoch, next(reversed(rows), epoch))
        self._index(epoch)
        rows = self.histograms.setdefault(key, {})
        replaced = epoch in rows
        self.anomalies.pop((".".join(key), epoch), None)
        rows[epoch] = histogram
        return replaced

    def add_anomaly(self, anomaly: dict[str, Any]) -> None:
        """Records an anomaly at its point."""
        point = (anomaly["path"], anomaly.get("epoch"))
        self.anomalies.setdefault(point, []).append(anomaly)

    def apply(self, line: dict[str, Any]) -> None:
        """Applies one journal line."""
        if "attempt" in line:
            self.begin_attempt(_object(line["attempt"]))
        if "values" in line:
            self._apply_values(line)
        for parts, histogram in line.get("histograms", ()):
            counts = GridHistogram.from_json(histogram)
            self.set_histogram(_key(parts, _TOWER_KEYS), line["epoch"], counts)
        for anomaly in line.get("anomalies", ()):
            self.add_anomaly(_object(anomaly))
        self.params |= _object(line.get("params", {}))
        self.final_metrics |= _object(line.get("final_metrics", {}))
        self.diagnosis += [_object(item) for item in line.get("diagnosis", [])]
        merge_deep(self.run, _object(line.get("run", {})))
        if "end" in line:
            end = _object(line["end"])
            if end.get("error") is not None:
                _object(end["error"])
            self.end_attempt(end)

    def _apply_values(self, line: dict[str, Any]) -> None:
        keys = [_key(parts, _KEYS) for parts in line["names"]]
        numbers = floats.unpack(line["values"])
        done = self.append(line["epoch"], keys, numbers)
        for key, number in zip(keys[done:], numbers[done:], strict=True):
            is_finite = math.isfinite(number)
            self.set_value(key, line["epoch"], number if is_finite else math.nan)

    def view(self) -> RunState:
        """A copy that stays as it is, made in about a millisecond.

        Columns are shared: a live run only appends to them, beyond the copy's epochs,
        or replaces them.
        """
        copy = RunState()
        copy.epochs = self.epochs[:]
        copy.columns = dict(self.columns)
        copy.histograms = {key: dict(rows) for key, rows in self.histograms.items()}
        copy.anomalies = {point: list(a) for point, a in self.anomalies.items()}
        copy.params = dict(self.params)
        copy.final_metrics = dict(self.final_metrics)
        copy.run = deepcopy(self.run)
        copy.diagnosis = list(self.diagnosis)
        copy.attempts = [dict(attempt) for attempt in self.attempts]
        return copy

    def _check_forward(self, key: Key, epoch: int, last: int | None) -> None:
        """A resumed run may go back once: its first epoch cuts what lies after."""
        if last is not None and epoch < last and not self._resumes:
            raise StepWentBackwards(".".join(key), epoch, last)

    def _check_room(self, key: Key) -> None:
        if len(self.columns) >= SERIES_MAX:
            raise BadValue(
                ".".join(key),
                f"one more than {SERIES_MAX} series; keep what varies out of the name",
            )

    def _check_epochs(self, epoch: int) -> None:
        if len(self.epochs) >= EPOCHS_MAX:
            raise BadValue(
                f"epoch {epoch}",
                f"one more than {EPOCHS_MAX} epochs; log every tenth step or fewer",
            )

    def _index(self, epoch: int) -> int:
        """The epoch's index; new epochs are added, an attempt's first one cuts."""
        if self._resumes:
            self._resumes = False
            self.attempts[-1]["first_epoch"] = epoch
            self._cut(epoch)
        epochs = self.epochs
        if not epochs or epoch > epochs[-1]:
            self._check_epochs(epoch)
            epochs.append(epoch)
            return len(epochs) - 1
        if epoch == epochs[-1]:
            return len(epochs) - 1
        index = bisect_left(epochs, epoch)
        if epochs[index] != epoch:
            self._check_epochs(epoch)
            self._insert(index, epoch)
        return index

    def _insert(self, index: int, epoch: int) -> None:
        """Makes room between two epochs, in new arrays, as a reader may hold ours."""
        self.epochs = self.epochs[:index] + array("q", [epoch]) + self.epochs[index:]
        for key, column in self.columns.items():
            if len(column) > index:
                gap = array("d", [math.nan])
                self.columns[key] = column[:index] + gap + column[index:]

    def _cut(self, epoch: int) -> None:
        """Forgets the epoch and all later ones."""
        length = bisect_left(self.epochs, epoch)
        self.epochs = self.epochs[:length]
        columns = {key: column[:length] for key, column in self.columns.items()}
        self.columns = {key: column for key, column in columns.items() if len(column)}
        self.histograms = {
            key: {at: rows[at] for at in rows if at < epoch}
            for key, rows in self.histograms.items()
        }
        self.histograms = {key: rows for key, rows in self.histograms.items() if rows}
        self.diagnosis = [
            item
            for item in self.diagnosis
            if not isinstance(item.get("epoch"), int) or item["epoch"] < epoch
        ]
        self.anomalies = {
            point: found
            for point, found in self.anomalies.items()
            if point[1] is None or point[1] < epoch
        }


def ended_by(status: str, error: dict[str, Any] | None) -> str:
    """How an attempt ended, in few words: `completed`, `signal 15`, a cause."""
    if error and "signal" in error:
        return f"signal {error['signal']}"
    return str((error or {}).get("message", status))


def _key(parts: list[str], places: set[tuple[str, int]]) -> Key:
    """A key from its list in a journal.

    Args:
        parts: the list.
        places: sections and how many parts their keys have.

    Raises:
        ValueError: it names no place in a document.
    """
    key = tuple(clean_text(part) for part in parts)
    if (key[0], len(key)) not in places:
        raise ValueError(f"{key} is no place of a series")
    return key


def _object(value: Any) -> dict[str, Any]:
    """The value, which a journal must have as an object.

    Raises:
        TypeError: it is another thing.
    """
    if not isinstance(value, dict):
        raise TypeError(f"{type(value).__name__} received, expected an object")
    return value


def merge_deep(into: dict[str, Any], more: dict[str, Any]) -> None:
    """Adds members; where both have an object, theirs are joined in turn."""
    for key, value in more.items():
        mine = into.get(key)
        if isinstance(mine, dict) and isinstance(value, dict):
            merge_deep(mine, value)
        else:
            into[key] = value
