"""The collector: what a trainer logs to, and the only class most trainers need.

Logging touches memory only. At an epoch's end one line goes to a journal on local
disk; `save` writes the document to the run's place. Collecting never breaks training:
a full disk or a store that stays away is logged and remembered, and `save` then keeps
the document locally and says how to upload it. A mistake in a call (an array for a
number, a step going backwards, a call after `close`) raises at once.

Thread-safe: any method may be called from any thread.
"""

from __future__ import annotations

import tempfile
import threading
import uuid
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self, get_args

from training_metrics import limits
from training_metrics.assemble import assemble
from training_metrics.document import Status, TrainingMetrics, utc_now
from training_metrics.errors import BadValue, CollectorClosed, TrainingMetricsError
from training_metrics.histogram import GridHistogram
from training_metrics.keeping import keep
from training_metrics.publish import Publisher
from training_metrics.recorder import Recorder
from training_metrics.routing import series_keys
from training_metrics.snapshots import Snapshots
from training_metrics.state import Key
from training_metrics.storage import document_uri, open_store
from training_metrics.termination import terminable
from training_metrics.values import to_error, to_json, to_name, to_number, to_step
from training_metrics.writing import Saved


class MetricsCollector:
    """Collects one run's metrics and writes its document."""

    def __init__(
        self,
        artifacts_uri: str,
        *,
        run: Mapping[str, Any] | None = None,
        journal: str | Path | None = None,
        earlier: bytes = b"",
    ) -> None:
        """Opens the journal; touches no network.

        Args:
            artifacts_uri: the run's folder, `gs://…`, `/gcs/…` or local; the
                document becomes `{artifacts_uri}/training_metrics.json`.
            run: facts for the document's `run` section.
            journal: the journal's file. One that is there already is continued: its
                run is resumed. None takes a temporary file, removed after `save`.
            earlier: an earlier attempt's journal (`journal_so_far`), which a run on
                another machine continues; one that is there already goes before it.
        """
        self.uri = document_uri(artifacts_uri)
        self._lock = threading.RLock()
        self._epoch: int | None = None
        self._is_closed = False
        self._has_own_journal = journal is None
        attempt = {"id": uuid.uuid4().hex[:16], "started_at": _now()}
        self._recorder = Recorder(_journal_path(journal), attempt, earlier)
        self._publisher = Publisher(open_store(self.uri))
        self._snapshots = Snapshots(self._snapshot, self._publisher)
        self._leaving = ExitStack()
        self.record_run(run or {})

    def log_metric(self, name: Any, value: Any, step: Any = None) -> None:
        """Logs one number; see `log_metrics`."""
        self.log_metrics({name: value}, step)

    def log_metrics(self, metrics: Mapping[Any, Any], step: Any = None) -> None:
        """Logs numbers by name.

        Args:
            metrics: Python, NumPy or TensorFlow scalars, 0-d arrays.
            step: the epoch. Without one the numbers are of the whole run and go to
                `final_metrics`; the same name again keeps the last.

        Raises:
            BadValue: a value is no single number, or a name is no text.
            StepWentBackwards: a series has a later step already.
            CollectorClosed: after `close`.
        """
        keys = series_keys(tuple(metrics))
        numbers = [
            value if type(value) is float else to_number(name, value)
            for name, value in metrics.items()
        ]
        with self._lock:
            self._check_open("log_metrics")
            if step is None:
                for name, number in zip(metrics, numbers, strict=True):
                    self._recorder.set_final(to_name(name), number)
                return
            epoch = self._enter(to_step("log_metrics", step))
            self._recorder.set_values(epoch, keys, numbers)

    def log_param(self, name: Any, value: Any) -> None:
        """Logs one parameter; see `log_params`."""
        self.log_params({name: value})

    def log_params(self, params: Mapping[Any, Any]) -> None:
        """Logs parameters: anything that JSON holds, all else as its text."""
        most = limits.STRING_CHARACTERS_MAX
        plain = {to_name(n, most): to_json(value) for n, value in params.items()}
        with self._lock:
            self._check_open("log_params")
            self._recorder.set_params(plain)

    def log_weight_stats(
        self,
        tower: str,
        stats: Mapping[str, Any],
        histogram: GridHistogram | None = None,
        step: Any = None,
    ) -> None:
        """Logs statistics of a tower's weights.

        Args:
            tower: any name.
            stats: `mean`, `std`, `min`, `max`, over all the tower's elements.
            histogram: of all the tower's elements.
            step: the epoch; None is the current one, the last that was logged.

        Raises:
            BadValue: no epoch is known, or a value is no single number.
            StepWentBackwards, CollectorClosed: as in `log_metrics`.
        """
        self._log_tower("weight_stats", tower, stats, histogram, step)

    def log_gradient_stats(
        self,
        tower: str,
        stats: Mapping[str, Any],
        histogram: GridHistogram | None = None,
        step: Any = None,
    ) -> None:
        """Logs statistics of a tower's gradients; see `log_weight_stats`."""
        self._log_tower("gradient_stats", tower, stats, histogram, step)

    def log_diagnosis(self, diagnosis: Mapping[str, Any]) -> None:
        """Adds a finding about the run: `kind`, and tower or series, epoch, value."""
        item = to_json(diagnosis)
        if not isinstance(item.get("kind"), str):
            raise BadValue("diagnosis", f"{diagnosis!r:.60} received; name its `kind`")
        with self._lock:
            self._check_open("log_diagnosis")
            self._recorder.add_diagnosis(item)

    def record_run(self, facts: Mapping[str, Any]) -> None:
        """Adds facts to the document's `run` section, joining objects in depth."""
        plain = to_json(facts)
        with self._lock:
            self._check_open("record_run")
            self._recorder.add_run(plain)

    def end_epoch(self, epoch: Any) -> None:
        """Puts what is new into the journal; call it as often as you like."""
        with self._lock:
            self._check_open("end_epoch")
            self._epoch = to_step("end_epoch", epoch)
            self._recorder.flush()
            epoch_count = len(self._recorder.state.epochs)
        self._snapshots.offer(epoch_count)

    def journal_so_far(self) -> bytes:
        """Everything recorded until now, for a checkpoint that `earlier` continues.

        Empty where the journal cannot be written; the log has said so then.
        """
        with self._lock:
            self._check_open("journal_so_far")
            return self._recorder.journal_so_far()

    def save(
        self,
        status: Status = "completed",
        error: BaseException | Mapping[str, Any] | str | None = None,
    ) -> Saved:
        """Writes the document to the run's place and says where it is.

        Where the store stays away or refuses, the document is kept beside the
        journal, and an ERROR line says where it is and how to upload it: the training
        that led to it must still end well. `generation` is None then.

        Raises:
            BadValue: the status is none.
            CollectorClosed: after `close`.
        """
        if status not in get_args(Status):
            expected = ", ".join(get_args(Status))
            raise BadValue("status", f"{status!r:.40} received, expected {expected}")
        with self._lock:
            self._check_open("save")
            document = self._finish(status, to_error(error))
        self._snapshots.stop()
        try:
            saved = self._publisher.publish(document)
        except TrainingMetricsError as problem:
            return keep(document, self._recorder.journal_path, self.uri, problem)
        if self._has_own_journal:
            self._recorder.journal_path.unlink(missing_ok=True)
        return saved

    def save_to_gcs(
        self,
        status: Status = "completed",
        error: BaseException | Mapping[str, Any] | str | None = None,
    ) -> Saved:
        """The name that trainers of before 1.0 call; the same as `save`."""
        return self.save(status, error)

    def close(self) -> None:
        """Ends collecting; what is not saved stays in the journal."""
        with self._lock:
            if not self._is_closed:
                self._is_closed = True
                self._recorder.close()
        self._snapshots.stop()

    def __enter__(self) -> Self:
        """Gives the collector itself; SIGTERM leaves the block as an exception."""
        self._leaving.enter_context(terminable())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Saves: `failed` with the error after one, else `completed`; then closes."""
        with self._leaving:
            if error is not None and not self._is_closed:
                self.save(_status_after(error), error)
            elif not self._is_closed and self._recorder.state.end is None:
                self.save()
            self.close()

    def _log_tower(
        self,
        section: str,
        tower: Any,
        stats: Mapping[str, Any],
        histogram: GridHistogram | None,
        step: Any,
    ) -> None:
        tower = to_name(tower)
        place = f"{section}.{tower}"
        if "histogram" in stats:
            raise BadValue(place, "a statistic `histogram`; give it as the histogram")
        keys: list[Key] = [(section, tower, to_name(name)) for name in stats]
        numbers = [to_number(f"{place}.{n}", value) for n, value in stats.items()]
        with self._lock:
            self._check_open(f"log_{section}")
            epoch = self._enter(
                self._current(place) if step is None else to_step(place, step)
            )
            self._recorder.set_values(epoch, keys, numbers)
            if histogram is not None:
                key = (section, tower, "histogram")
                self._recorder.set_histogram(key, epoch, histogram)

    def _current(self, place: str) -> int:
        if self._epoch is None:
            raise BadValue(place, "no epoch has been logged yet; give a step")
        return self._epoch

    def _enter(self, epoch: int) -> int:
        """Makes an epoch the current one; what is pending of an earlier is flushed."""
        if self._epoch is not None and epoch > self._epoch:
            self._recorder.flush()
        self._epoch = epoch
        return epoch

    def _check_open(self, call: str) -> None:
        if self._is_closed:
            raise CollectorClosed(call)

    def _snapshot(self, pace: Callable[[], None]) -> TrainingMetrics:
        """The document so far, as it must read if nothing follows."""
        with self._lock:
            state, epoch = self._recorder.state.view(), self._epoch
        error = {
            "kind": "lost",
            "message": "the run was going on when this was written",
            "epoch": epoch,
        }
        return assemble(state, "interrupted", error, utc_now(), pace, is_compact=True)

    def _finish(self, status: Status, error: dict[str, Any] | None) -> TrainingMetrics:
        """Records the end and makes the document."""
        if error is not None and self._epoch is not None:
            error.setdefault("epoch", self._epoch)
        end = {"status": status, "error": error, "ended_at": _now()}
        self._recorder.end(end)
        return assemble(self._recorder.state, status, error, utc_now())


def _journal_path(journal: str | Path | None) -> Path:
    if journal is not None:
        return Path(journal)
    return Path(tempfile.mkdtemp(prefix="training_metrics-")) / "metrics.journal"


def _status_after(error: BaseException) -> Status:
    """A person's or the system's wish to stop is no failure."""
    stopped = isinstance(error, (KeyboardInterrupt, SystemExit))
    return "interrupted" if stopped else "failed"


def _now() -> str:
    return utc_now().isoformat().replace("+00:00", "Z")
