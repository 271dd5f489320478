"""A run with its history, as every part of its page reads it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ml_platform.experiments.columns import best_index
from ml_platform.experiments.models import QuickTest, RunStatus

Values = list[float | None]


@dataclass(frozen=True)
class RunView:
    """Read access to a run's history; absent parts are empty, never errors."""

    run: QuickTest

    @cached_property
    def history(self) -> dict[str, Any]:
        """The cached history, or an empty one."""
        return self.run.training_history_json or {}

    @cached_property
    def available(self) -> bool:
        """Whether there is at least one epoch."""
        return self.run.has_history

    @cached_property
    def epochs(self) -> list[int]:
        """The epochs the cache holds."""
        return self.history.get("epochs") or []

    @cached_property
    def details(self) -> dict[str, Any]:
        """The document's section about the run itself."""
        return self.history.get("run") or {}

    @cached_property
    def evaluation(self) -> dict[str, Any]:
        """How the run was evaluated."""
        return self.details.get("evaluation") or {}

    @cached_property
    def finals(self) -> dict[str, Any]:
        """Final metrics by name."""
        return self.history.get("final_metrics") or {}

    @cached_property
    def attempts(self) -> list[dict[str, Any]]:
        """The attempts, oldest first."""
        told = self.details.get("attempts") or []
        return [attempt for attempt in told if isinstance(attempt, dict)]

    @cached_property
    def val_losses(self) -> Values:
        """Validation loss an epoch."""
        return self.history.get("loss", {}).get("val") or []

    @cached_property
    def train_losses(self) -> Values:
        """Training loss an epoch."""
        return self.history.get("loss", {}).get("train") or []

    @cached_property
    def best(self) -> int | None:
        """List index of the best epoch: lowest validation loss."""
        return best_index(self.val_losses)

    @property
    def best_epoch(self) -> int | None:
        """The best epoch, as the document numbers it."""
        return None if self.best is None else self.epochs[self.best]

    @property
    def running(self) -> bool:
        """Whether more epochs are to be expected."""
        return self.run.status == RunStatus.RUNNING

    @property
    def stopped_early(self) -> bool:
        """Whether the run ended before its last epoch."""
        return self.run.status in (RunStatus.FAILED, RunStatus.INTERRUPTED)

    def series(self, group: str, name: str) -> Values:
        """Returns a series, empty where it was never recorded."""
        return self.history.get(group, {}).get(name) or []

    def final(self, name: str) -> float | None:
        """Returns a final value, None where it is absent or not a number."""
        value = self.finals.get(name)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return value if is_number else None


def last_finite(values: Values) -> int | None:
    """Returns the index of the last value that is there."""
    found = (i for i in range(len(values) - 1, -1, -1) if values[i] is not None)
    return next(found, None)
