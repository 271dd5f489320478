"""What a run's numbers say about it. No TensorFlow here.

Rules, in epochs from 0:
  nan_onset: a number of `logs` or a variable's gradient is not finite, first time.
  gradient_collapse: a tower's gradient norm fell below a thousandth of its first.
  overfitting_onset: the epoch after the least validation loss, when the loss then
    never came back and ended at least one percent above.
  best_epoch: of one metric, the first if several are equal.
"""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

COLLAPSE_FRACTION = 1e-3
OVERFITTING_FRACTION = 0.01
VALIDATION_LOSS = "val_loss"

Finding = dict[str, Any]


class Gradients(NamedTuple):
    """An epoch's gradients.

    Attributes:
      norms: Tower to the L2 norm over the epoch.
      onsets: Variable to the step at which its gradient was first not finite.
    """

    norms: Mapping[str, float]
    onsets: Mapping[str, int]


def least_is_best(metric: str) -> bool:
    """Whether a metric's name speaks of a loss or an error."""
    return any(word in metric for word in ("loss", "rmse", "mae"))


class History:
    """The numbers of a run so far, and what has been found already."""

    def __init__(self, metric: str) -> None:
        """Starts a history.

        Args:
          metric: Name in `logs` that tells the best epoch, see `least_is_best`.
        """
        self._metric = metric
        self._values: dict[str, dict[int, float]] = {}
        self._first_norms: dict[str, float] = {}
        self._seen: set[tuple[str, str]] = set()

    def state(self) -> dict[str, Any]:
        """All it knows, for a checkpoint, in what JSON holds."""
        return {
            "values": {
                name: sorted(series.items()) for name, series in self._values.items()
            },
            "first_norms": self._first_norms,
            "seen": sorted(self._seen),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Goes on from what `state` gave."""
        self._values = {name: dict(pairs) for name, pairs in state["values"].items()}
        self._first_norms = dict(state["first_norms"])
        self._seen = {(kind, subject) for kind, subject in state["seen"]}

    def add(
        self, epoch: int, logs: Mapping[str, Any], gradients: Gradients
    ) -> list[Finding]:
        """Adds an epoch; returns what began in it."""
        numbers = {name: float(value) for name, value in logs.items()}
        for name, number in numbers.items():
            self._values.setdefault(name, {})[epoch] = number
        found = [
            {"kind": "nan_onset", "series": name, "epoch": epoch}
            for name, number in numbers.items()
            if not math.isfinite(number)
        ]
        found += [
            {"kind": "nan_onset", "variable": name, "epoch": epoch, "step": step}
            for name, step in gradients.onsets.items()
        ]
        found += self._collapses(epoch, gradients.norms)
        return [finding for finding in found if self._is_new(finding)]

    def finish(self) -> list[Finding]:
        """What only the whole run tells."""
        return [*self._overfitting(), *self._best()]

    def _collapses(self, epoch: int, norms: Mapping[str, float]) -> list[Finding]:
        found = []
        for tower, norm in norms.items():
            first = self._first_norms.setdefault(tower, norm)
            if norm < first * COLLAPSE_FRACTION or norm == 0:
                found.append(
                    {
                        "kind": "gradient_collapse",
                        "tower": tower,
                        "epoch": epoch,
                        "value": norm,
                    }
                )
        return found

    def _overfitting(self) -> list[Finding]:
        series = self._finite(VALIDATION_LOSS)
        if len(series) < 2:
            return []
        least = min(series, key=lambda epoch: series[epoch])
        last = max(series)
        later = [epoch for epoch in series if epoch > least]
        if not later or series[last] < series[least] * (1 + OVERFITTING_FRACTION):
            return []
        return [
            {
                "kind": "overfitting_onset",
                "series": VALIDATION_LOSS,
                "epoch": min(later),
                "value": series[min(later)],
            }
        ]

    def _best(self) -> list[Finding]:
        series = self._finite(self._metric)
        if not series:
            return []
        sign = 1 if least_is_best(self._metric) else -1
        epoch = min(series, key=lambda epoch: (sign * series[epoch], epoch))
        return [
            {
                "kind": "best_epoch",
                "series": self._metric,
                "epoch": epoch,
                "value": series[epoch],
            }
        ]

    def _finite(self, name: str) -> dict[int, float]:
        series = self._values.get(name, {})
        return {epoch: v for epoch, v in series.items() if math.isfinite(v)}

    def _is_new(self, finding: Finding) -> bool:
        places = [finding.get(name, "") for name in ("series", "variable", "tower")]
        key = (finding["kind"], "".join(places))
        is_new = key not in self._seen
        self._seen.add(key)
        return is_new
