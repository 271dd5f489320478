"""Reading a run's document, once, from an allowed root.

The only module of the app that opens the artifact store.
"""

from ml_platform.experiments.errors import DocumentUnreadable, StoreAway
from ml_platform.experiments.roots import file_allowed
from training_metrics.errors import (
    DocumentNotFound,
    DocumentRefused,
    StoreUnavailable,
)
from training_metrics.reading import ReadResult, read_document
from training_metrics.storage import DOCUMENT_NAME


class DocumentMissing(DocumentUnreadable):
    """The place holds no document."""

    code, status = "document_missing", 422


def document_read(*, artifacts_uri: str) -> ReadResult:
    """Reads and validates the document of the run at `artifacts_uri`.

    Raises:
        RootNotAllowed: The place is under no allowed root.
        DocumentMissing: The place holds no document.
        DocumentUnreadable: The document is refused; the text says where and why.
        StoreAway: The store did not answer.
    """
    uri = file_allowed(artifacts_uri, DOCUMENT_NAME)
    try:
        return read_document(uri)
    except DocumentNotFound as error:
        raise DocumentMissing(
            f"{uri}: no document there; check the run's last step, or bring it back"
        ) from error
    except DocumentRefused as error:
        raise DocumentUnreadable(str(error)) from error
    except StoreUnavailable as error:
        raise StoreAway(f"{uri}: the store did not answer; try again") from error
