"""Snapshots: the document so far, put into the store while training goes on.

A thread of its own, at most one a minute; what is offered in between is one snapshot
in the end. Documents above `SMALL_CHARACTERS` are written again only when the run has
`GROWTH` times the epochs, so that all large snapshots of a run together are at most
GROWTH / (GROWTH - 1) = 2.8 times its document. Where a machine vanishes with its disk,
this bounds what is lost: the epochs of the last minute, and of a document above
`SMALL_CHARACTERS` at most 1 - 1 / GROWTH = 36 % of its epochs.

A snapshot never runs at the same time as `save`. A failed one is logged once, and the
next one tries again. The text is made in small pieces with a pause after each, so that
the training thread is hardly held up. One thing does hold it up: a run that continues a
large stored document reads that before its first snapshot.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from training_metrics.document import TrainingMetrics
from training_metrics.errors import TrainingMetricsError
from training_metrics.pacing import Pacer
from training_metrics.periodic import Periodic
from training_metrics.publish import Publisher

INTERVAL_SECONDS: Final = 60.0
"""Shortest time between two snapshots, and before the first."""

TOTAL_SECONDS: Final = 20.0
"""No new try of one snapshot after this long: a newer one will come."""

SMALL_CHARACTERS: Final = 2**18
"""Documents up to here are written every interval, larger ones as they grow."""

GROWTH: Final = 1.55
"""Epochs of a large document's next snapshot, as a multiple of the last one's."""

_FREED_AT_ONCE: Final = 1000

_log = logging.getLogger(__name__)


class Snapshots:
    """Publishes snapshots in the background."""

    def __init__(
        self,
        take: Callable[[Callable[[], None]], TrainingMetrics],
        publisher: Publisher,
        interval_seconds: float = INTERVAL_SECONDS,
    ) -> None:
        """Starts the thread with the first offer.

        Args:
            take: makes the document as it stands; called on the thread, with what
                it is to call after each small piece of work.
            publisher: where it goes.
            interval_seconds: at least so long between two.
        """
        self._take = take
        self._publisher = publisher
        self._periodic = Periodic(
            self._publish, interval_seconds, "training_metrics snapshots"
        )
        self._pace = Pacer()
        self._is_failing = False
        self._epoch_count = 0
        self._epochs_wanted = 0
        self._character_count = 0

    def offer(self, epoch_count: int) -> None:
        """Says that there is something new; returns at once.

        Args:
            epoch_count: number of epochs that the document has now.
        """
        self._epoch_count = epoch_count
        if epoch_count >= self._epochs_wanted:
            self._periodic.offer()

    def stop(self) -> None:
        """Ends the thread, waiting for a snapshot that is under way."""
        self._periodic.stop()

    def _publish(self) -> None:
        epoch_count = self._epoch_count
        self._character_count = 0
        try:
            document = self._take(self._pace)
            self._publisher.publish(document, self._paced, TOTAL_SECONDS)
            self._is_failing = False
            if self._character_count > SMALL_CHARACTERS:
                self._epochs_wanted = math.ceil(GROWTH * epoch_count)
            self._let_go(document)
        except TrainingMetricsError as error:
            if not self._is_failing:
                _log.warning("%s. Training goes on; snapshots are tried again", error)
            self._is_failing = True
        except Exception:
            # The boundary of a background thread: nobody above could hear it.
            _log.exception("a snapshot failed; training goes on without this one")

    def _paced(self, pieces: Iterable[str]) -> Iterator[str]:
        """The pieces, with a pause after each in which training goes on."""
        for piece in pieces:
            self._character_count += len(piece)
            yield piece
            self._pace()

    def _let_go(self, document: TrainingMetrics) -> None:
        """Gives back the memory bit by bit: all at once it takes a long moment."""
        for _, values in document.series():
            while values:
                del values[-_FREED_AT_ONCE:]
                self._pace()
