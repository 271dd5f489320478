"""Where documents are stored: one small interface, local folders and GCS.

Both keep a *generation*: a number that changes with every write, so that a writer can
ask for "only if nobody wrote since I looked". A reader sees one whole write, never a
mixture and never a part.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from training_metrics.storage.place import DOCUMENT_NAME, document_uri, normalise
from training_metrics.storage.retry import TOTAL_SECONDS

__all__ = [
    "DOCUMENT_NAME",
    "TOTAL_SECONDS",
    "Store",
    "Stored",
    "document_uri",
    "normalise",
    "open_store",
]


class Stored(NamedTuple):
    """What a store holds: the bytes and the generation they belong to."""

    data: bytes
    generation: int


class Store(Protocol):
    """One object's place."""

    uri: str

    def read(
        self, max_bytes: int, total_seconds: float = TOTAL_SECONDS
    ) -> Stored | None:
        """Reads the whole object, trying again for so long.

        Returns:
            None where nothing is stored. Of an object larger than `max_bytes`, no
            more than its first `max_bytes + 1` bytes.

        Raises:
            StoreUnavailable: the store did not answer.
        """

    def write(
        self,
        data: bytes,
        if_generation: int | None,
        total_seconds: float = TOTAL_SECONDS,
    ) -> int:
        """Writes the whole object or nothing.

        Args:
            data: the content.
            if_generation: write only if this generation is stored (0: nothing is);
                None writes in any case.
            total_seconds: how long to try again where the store stays away.

        Returns:
            The new generation.

        Raises:
            StoreConflict: another generation is stored.
            StoreUnavailable: the store did not answer.
        """

    def delete(self, if_generation: int, total_seconds: float = TOTAL_SECONDS) -> None:
        """Deletes the object of this generation; nothing where none is stored.

        Args:
            if_generation: the generation that was read before.
            total_seconds: how long to try again where the store stays away.

        Raises:
            StoreConflict: another generation is stored, and stays.
            StoreUnavailable: the store did not answer.
        """


def open_store(uri: str) -> Store:
    """The store for a `gs://` address, a `/gcs/` path or a local path."""
    place = normalise(str(uri))
    if place.startswith("gs://"):
        from training_metrics.storage.gcs import GcsStore

        return GcsStore(place)
    from training_metrics.storage.local import LocalStore

    return LocalStore(place)
