"""The recorder: state in memory and journal on disk, kept saying the same.

Everything that enters the state enters the next journal line too, so that a document
recovered from the journal equals the one the run would have saved. A journal that
cannot be written is reported once and given up; the state goes on.

Not thread-safe by itself: the collector holds its lock around every call.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from math import isfinite, isnan, nan
from pathlib import Path
from typing import Any

from training_metrics.errors import TrainingMetricsError
from training_metrics.histogram import GridHistogram
from training_metrics.journal import JournalWriter, replay
from training_metrics.pending import Pending
from training_metrics.state import Key, RunState, merge_deep

_log = logging.getLogger(__name__)


class Recorder:
    """Records one attempt of a run, on top of what its journal already holds.

    Attributes:
        state: everything recorded so far.
    """

    def __init__(
        self, journal_path: Path, attempt: dict[str, Any], earlier: bytes = b""
    ) -> None:
        """Begins an attempt.

        Args:
            journal_path: the journal; what is in it is continued.
            attempt: id and start of this one.
            earlier: what a missing or empty journal is made to hold first.
        """
        self.journal_path = journal_path
        _begin_with(journal_path, earlier)
        self.state = _resumed(journal_path)
        self._pending = Pending()
        self._journal: JournalWriter | None = None
        try:
            self._journal = JournalWriter(journal_path)
        except OSError as error:
            self._give_up(error)
        self.state.begin_attempt(dict(attempt))
        self._pending.facts["attempt"] = attempt
        self.flush()

    def set_values(
        self, epoch: int, keys: Sequence[Key], numbers: Sequence[float]
    ) -> None:
        """Records numbers of series at an epoch; see `RunState.set_value`."""
        pending = self._pending.values[epoch]
        done = self.state.append(epoch, keys, numbers)
        pending.update(zip(keys[:done], numbers[:done], strict=True))
        for key, number in zip(keys[done:], numbers[done:], strict=True):
            is_finite = isfinite(number)
            if self.state.set_value(key, epoch, number if is_finite else nan):
                self._replaced(key, epoch)
            pending[key] = number if is_finite else nan
            if not is_finite:
                self._anomaly(".".join(key), epoch, kind_of(number))

    def set_histogram(self, key: Key, epoch: int, histogram: GridHistogram) -> None:
        """Records a tower's histogram; what has no bucket is an anomaly."""
        if self.state.set_histogram(key, epoch, histogram):
            self._replaced(key, epoch)
        self._pending.histograms[epoch][key] = histogram
        for kind, count in histogram.non_finite().items():
            self._anomaly(".".join(key), epoch, kind, count=count)

    def set_final(self, name: str, number: float) -> None:
        """Records a number of the whole run."""
        path, finite = f"final_metrics.{name}", isfinite(number)
        if name in self.state.final_metrics:
            self._anomaly(path, None, "replaced")
        value = number if finite else None
        self.state.final_metrics[name] = value
        self._pending.fact("final_metrics", {})[name] = value
        if not finite:
            self._anomaly(path, None, kind_of(number))

    def set_params(self, params: dict[str, Any]) -> None:
        """Records parameters, the later of the same name."""
        self.state.params |= params
        self._pending.fact("params", {}).update(params)

    def add_diagnosis(self, diagnosis: dict[str, Any]) -> None:
        """Records a finding about the run."""
        self.state.diagnosis.append(diagnosis)
        self._pending.fact("diagnosis", []).append(diagnosis)

    def add_run(self, facts: dict[str, Any]) -> None:
        """Records facts of the `run` section, joined in depth."""
        merge_deep(self.state.run, facts)
        merge_deep(self._pending.fact("run", {}), facts)

    def end(self, end: dict[str, Any]) -> None:
        """Records how the attempt ended and puts it into the journal."""
        self.state.end_attempt(end)
        self._pending.facts["end"] = end
        self.flush()

    def flush(self) -> None:
        """Puts what is new into the journal, a line an epoch."""
        lines, self._pending = self._pending.lines(), Pending()
        try:
            for line in lines:
                if self._journal is not None:
                    self._journal.append(line)
        except OSError as error:
            self._give_up(error)

    def journal_so_far(self) -> bytes:
        """Flushes, and reads the journal back; empty where there is none."""
        self.flush()
        return b"" if self._journal is None else self.journal_path.read_bytes()

    def close(self) -> None:
        """Flushes and closes the journal."""
        self.flush()
        if self._journal is not None:
            self._journal.close()

    def _replaced(self, key: Key, epoch: int) -> None:
        path = ".".join(key)
        self._pending.anomalies.pop((path, epoch), None)
        self._anomaly(path, epoch, "replaced")

    def _anomaly(self, path: str, epoch: int | None, kind: str, **more: Any) -> None:
        where = {"path": path} if epoch is None else {"path": path, "epoch": epoch}
        anomaly = where | {"kind": kind} | more
        self.state.add_anomaly(anomaly)
        self._pending.anomalies.setdefault((path, epoch), []).append(anomaly)

    def _give_up(self, error: OSError) -> None:
        """Goes on without a journal: training matters more than its insurance."""
        self._journal = None
        _log.error(
            "%s: the journal cannot be written (%s); training goes on, but a killed "
            "run would lose what is not saved; free the disk or choose another path",
            self.journal_path,
            error,
        )
        self.add_run({"journal": {"lost": str(error)}})


def kind_of(number: float) -> str:
    """The anomaly kind of a number that is not finite."""
    if isnan(number):
        return "nan"
    return "+inf" if number > 0 else "-inf"


def _begin_with(journal_path: Path, earlier: bytes) -> None:
    """Puts an earlier journal where none is; one that is there tells more."""
    if not earlier or (journal_path.exists() and journal_path.stat().st_size):
        return
    try:
        journal_path.parent.mkdir(parents=True, exist_ok=True)
        journal_path.write_bytes(earlier)
    except OSError as error:
        journal_path.unlink(missing_ok=True)
        _log.error("%s: earlier epochs cannot be put there (%s)", journal_path, error)


def _resumed(journal_path: Path) -> RunState:
    """The state that an earlier attempt's journal holds, else an empty one."""
    if not journal_path.exists() or not journal_path.stat().st_size:
        return RunState()
    try:
        state, findings = replay(journal_path)
    except TrainingMetricsError as error:
        _log.error("%s; a new run begins in the same file", error)
        return RunState()
    for finding in findings:
        _log.warning("%s: %s", journal_path, finding)
    return state
