"""Putting a run's document into its place without harming anyone else's.

One publisher a run remembers the generation it wrote, so that a write costs one
request as long as nobody else writes. Where somebody did, the stored document is read
and joined with ours (`training_metrics.merging`), then written over exactly that one.
"""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Callable, Iterable
from typing import Final

from training_metrics import limits
from training_metrics.document import TrainingMetrics
from training_metrics.errors import DocumentTooLarge, StoreConflict
from training_metrics.merging import combine
from training_metrics.reading import from_bytes
from training_metrics.storage import TOTAL_SECONDS, Store, open_store
from training_metrics.writing import Saved, pieces

_RACES_MAX: Final = 20
"""Lost races with other writers before giving up."""


def publish(document: TrainingMetrics, uri: str) -> Saved:
    """Writes a document to its place once; see `Publisher.publish`."""
    return Publisher(open_store(uri)).publish(document)


class Publisher:
    """Writes one run's document again and again, from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._earlier: TrainingMetrics | None = None
        self._generation: int | None = None

    def publish(
        self,
        document: TrainingMetrics,
        paced: Callable[[Iterable[str]], Iterable[str]] = iter,
        total_seconds: float = TOTAL_SECONDS,
    ) -> Saved:
        """Writes the document, joined with what earlier attempts left there.

        Args:
            document: this run as it stands.
            paced: passes the text's pieces on; a background writer pauses there.
            total_seconds: how long to try again where the store stays away.

        Raises:
            Superseded: a later attempt has written and knows all of ours, or nobody
                can tell which of the two is the later one.
            StoreConflict: other writers came first again and again.
            StoreUnavailable: the store did not answer.
            DocumentRefused: what is stored cannot be read, so it is not replaced.
            DocumentTooLarge: no reader would take the document.
        """
        with self._lock:
            for _ in range(_RACES_MAX):
                if self._generation is None:
                    self._look(total_seconds)
                try:
                    return self._write(document, paced, total_seconds)
                except StoreConflict as error:
                    self._generation, conflict = None, error
            raise conflict

    def _look(self, total_seconds: float) -> None:
        """Reads what is stored now."""
        stored = self._store.read(limits.BYTES_MAX, total_seconds)
        if stored is None:
            self._earlier, self._generation = None, 0
        else:
            self._earlier, _ = from_bytes(stored.data, self._store.uri)
            self._generation = stored.generation

    def _write(
        self,
        document: TrainingMetrics,
        paced: Callable[[Iterable[str]], Iterable[str]],
        total_seconds: float,
    ) -> Saved:
        generation = self._generation or 0
        if self._earlier is not None:
            document = combine(self._earlier, document, self._store.uri)
        # Not one long join, which would hold up the training thread.
        text = io.BytesIO()
        tally = limits.Tally()
        for piece in paced(pieces(document)):
            tally.add(piece, text.write(piece.encode()))
        if problem := tally.problem():
            raise DocumentTooLarge(self._store.uri, problem)
        data = text.getvalue()
        self._generation = self._store.write(data, generation, total_seconds)
        digest = hashlib.sha256(data).hexdigest()
        return Saved(self._store.uri, self._generation, digest)
