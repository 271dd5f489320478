"""Writing checkpoints while training goes on, off the training thread.

At most one in an interval, a minute unless it is set; of several that wait the newest
is written. What waits when the run fails or is stopped is written before the process
ends. A killed process loses the epochs of its last interval.

A run's checkpoint is deleted when the run has succeeded. A store that stays away is
said once; training goes on.
"""

import logging
import threading
import time
from types import TracebackType
from typing import Self

from trainer.checkpoint import Checkpoint, to_bytes
from training_metrics.errors import StoreConflict, TrainingMetricsError
from training_metrics.storage import TOTAL_SECONDS, open_store

LAST_SECONDS = 15.0
"""No new try of the last checkpoint after this long: the process is to end."""

_log = logging.getLogger(__name__)


class CheckpointWriter:
    """Writes one run's checkpoints; a context manager around the run."""

    def __init__(self, uri: str, interval_seconds: float, generation: int = 0) -> None:
        """Makes the writer; nothing is written yet.

        Args:
          uri: The checkpoint's place.
          interval_seconds: Shortest time between two, and before the first.
          generation: Of the stored one that the run goes on from; any other that
            is there is another attempt's, which then goes before ours.
        """
        self._store = open_store(uri)
        self._generation: int | None = generation or None
        self._waiting: Checkpoint | None = None
        self._lock = threading.Lock()
        self._is_offered = threading.Event()
        self._is_over = threading.Event()
        self._interval_seconds = interval_seconds
        self._next_at = time.monotonic() + interval_seconds
        self._is_failing = False
        self._is_superseded = False
        self._thread = threading.Thread(
            target=self._run, name="trainer checkpoints", daemon=True
        )

    def offer(self, checkpoint: Checkpoint) -> None:
        """Takes the newest checkpoint and returns at once."""
        with self._lock:
            self._waiting = checkpoint
        self._is_offered.set()

    def __enter__(self) -> Self:
        """Starts the thread."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """After a failure writes what waits; after success deletes what is stored."""
        self._is_over.set()
        self._is_offered.set()
        self._thread.join()
        if error is not None:
            self._write(LAST_SECONDS)
        elif self._generation is not None:
            self._delete(self._generation)

    def _run(self) -> None:
        while True:
            self._is_offered.wait()
            if self._is_over.wait(max(0.0, self._next_at - time.monotonic())):
                return
            self._is_offered.clear()
            self._next_at = time.monotonic() + self._interval_seconds
            self._write(TOTAL_SECONDS)

    def _write(self, total_seconds: float) -> None:
        with self._lock:
            checkpoint, self._waiting = self._waiting, None
        if checkpoint is None or self._is_superseded:
            return
        try:
            self._generation = self._store.write(
                to_bytes(checkpoint), self._generation, total_seconds
            )
            self._is_failing = False
        except StoreConflict as conflict:
            self._is_superseded = True
            _log.warning("%s; another attempt writes checkpoints there", conflict)
        except TrainingMetricsError as error:
            if not self._is_failing:
                _log.warning("%s. Training goes on without a checkpoint", error)
            self._is_failing = True

    def _delete(self, generation: int) -> None:
        try:
            self._store.delete(generation)
        except TrainingMetricsError as error:
            _log.warning("%s. The checkpoint stays, though the run succeeded", error)
