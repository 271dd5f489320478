"""Reading and deleting a run's document, in an allowed root only.

A read that a page or a notification waits for must be over before gunicorn gives its
worker up (30 s), so no new try starts after `READ_SECONDS`, and none takes longer.
With `readiness.py` the only module of the app that opens the artifact store.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from ml_platform.experiments.errors import (
    AnotherDocument,
    DocumentUnreadable,
    StoreAway,
)
from ml_platform.experiments.roots import file_allowed
from training_metrics import limits
from training_metrics.errors import DocumentRefused, StoreConflict, StoreUnavailable
from training_metrics.reading import ReadResult, from_bytes
from training_metrics.storage import DOCUMENT_NAME, Stored, open_store

READ_SECONDS = 8.0


class DocumentMissing(DocumentUnreadable):
    """The place holds no document."""

    code, status = "document_missing", 422


def document_uri_allowed(*, artifacts_uri: str) -> str:
    """Returns the address of the document of the run at `artifacts_uri`.

    Raises:
        RootNotAllowed: The place is under no allowed root.
    """
    return file_allowed(artifacts_uri, DOCUMENT_NAME)


def document_stored(
    *, artifacts_uri: str, max_bytes: int = limits.BYTES_MAX
) -> Stored | None:
    """Returns the document's bytes as they are, None where the place holds none.

    Args:
        artifacts_uri: The run's place.
        max_bytes: Of a larger one no more than one byte beyond is read.

    Raises:
        RootNotAllowed: The place is under no allowed root.
        DocumentUnreadable: Something else than a file is there.
        StoreAway: The store did not answer.
    """
    uri = document_uri_allowed(artifacts_uri=artifacts_uri)
    with _told_as_ours(uri):
        return open_store(uri).read(max_bytes, READ_SECONDS)


def document_read(*, artifacts_uri: str) -> ReadResult:
    """Reads and validates the document of the run at `artifacts_uri`.

    Raises:
        RootNotAllowed: The place is under no allowed root.
        DocumentMissing: The place holds no document.
        DocumentUnreadable: The document is refused; the text says where and why.
        StoreAway: The store did not answer.
    """
    uri = document_uri_allowed(artifacts_uri=artifacts_uri)
    stored = document_stored(artifacts_uri=artifacts_uri)
    if stored is None:
        raise DocumentMissing(
            f"{uri}: no document there; check the run's last step, or bring it back"
        )
    with _told_as_ours(uri):
        document, findings = from_bytes(stored.data, uri)
    sha256 = hashlib.sha256(stored.data).hexdigest()
    return ReadResult(document, findings, stored.generation, sha256, len(stored.data))


def document_delete(*, artifacts_uri: str, generation: int) -> None:
    """Deletes the document of this generation; nothing where none is there.

    Raises:
        RootNotAllowed: The place is under no allowed root.
        AnotherDocument: Another generation is there, and stays.
        StoreAway: The store did not answer.
    """
    uri = document_uri_allowed(artifacts_uri=artifacts_uri)
    with _told_as_ours(uri):
        open_store(uri).delete(generation)


@contextmanager
def _told_as_ours(uri: str) -> Iterator[None]:
    """Turns the store's and the reader's errors into the app's."""
    try:
        yield
    except DocumentRefused as error:
        raise DocumentUnreadable(str(error)) from error
    except StoreConflict as error:
        raise AnotherDocument(
            f"{uri}: it was replaced meanwhile; cache the new one first"
        ) from error
    except StoreUnavailable as error:
        raise StoreAway(f"{uri}: the store did not answer; try again") from error
