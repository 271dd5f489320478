"""What was logged since the last journal line, and the lines it becomes."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from training_metrics import floats
from training_metrics.histogram import GridHistogram
from training_metrics.state import Key, Point


class Pending:
    """Values by epoch and key, NaN for what is not finite; and facts of the run."""

    def __init__(self) -> None:
        self.values: dict[int, dict[Key, float]] = defaultdict(dict)
        self.histograms: dict[int, dict[Key, GridHistogram]] = defaultdict(dict)
        self.anomalies: dict[Point, list[dict[str, Any]]] = {}
        self.facts: dict[str, Any] = {}

    def fact(self, section: str, empty: Any) -> Any:
        """The pending part of a section of the document, made empty at first."""
        return self.facts.setdefault(section, empty)

    def lines(self) -> list[dict[str, Any]]:
        """One line an epoch; facts and anomalies go with the last."""
        epochs = dict.fromkeys([*self.values, *self.histograms])
        lines = [self._epoch_line(epoch) for epoch in epochs]
        rest = dict(self.facts)
        if self.anomalies:
            rest["anomalies"] = [a for found in self.anomalies.values() for a in found]
        if rest:
            lines = lines or [{}]
            lines[-1] |= rest
        return lines

    def _epoch_line(self, epoch: int) -> dict[str, Any]:
        line: dict[str, Any] = {"epoch": epoch}
        values = self.values.get(epoch)
        if values:
            line["names"] = list(values)
            line["values"] = floats.pack(values.values())
        histograms = self.histograms.get(epoch)
        if histograms:
            line["histograms"] = [
                [list(key), histogram.to_json()]
                for key, histogram in histograms.items()
            ]
        return line
