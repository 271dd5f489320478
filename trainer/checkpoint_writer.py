"""Writing checkpoints while training goes on, off the training thread.

At most one in an interval, a minute unless it is set; of several that wait the newest
is written. What waits when the run fails or is stopped is written before the process
ends. A killed process loses the epochs of its last interval.

A run's checkpoint is deleted when the run has succeeded. A store that stays away is
said once; training goes on.
"""

import logging
import threading
from types import TracebackType
from typing import Self

from trainer.checkpoint import Checkpoint, to_bytes
from training_metrics.errors import StoreConflict, TrainingMetricsError
from training_metrics.periodic import Periodic
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
        self._periodic = Periodic(
            lambda: self._write(TOTAL_SECONDS), interval_seconds, "trainer checkpoints"
        )
        self._is_failing = False
        self._is_superseded = False

    def offer(self, checkpoint: Checkpoint) -> None:
        """Takes the newest checkpoint and returns at once."""
        with self._lock:
            self._waiting = checkpoint
        self._periodic.offer()

    def __enter__(self) -> Self:
        """Gives the writer itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """After a failure writes what waits; after success deletes what is stored."""
        self._periodic.stop()
        if error is not None:
            self._write(LAST_SECONDS)
        elif self._generation is not None:
            self._delete(self._generation)

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
        except Exception:
            # The boundary of a background thread: nobody above could hear it.
            _log.exception("a checkpoint failed; training goes on without this one")

    def _delete(self, generation: int) -> None:
        try:
            self._store.delete(generation)
        except TrainingMetricsError as error:
            _log.warning("%s. The checkpoint stays, though the run succeeded", error)
