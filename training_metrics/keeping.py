"""Keeping a document locally while its place cannot take it."""

from __future__ import annotations

import logging
from pathlib import Path

from training_metrics.document import TrainingMetrics
from training_metrics.errors import DocumentTooLarge, TrainingMetricsError
from training_metrics.storage import DOCUMENT_NAME
from training_metrics.writing import Saved, write_document

_log = logging.getLogger(__name__)


def keep(
    document: TrainingMetrics, journal_path: Path, uri: str, why: TrainingMetricsError
) -> Saved:
    """Writes the document beside the journal and says so, and how to upload it.

    Raises:
        TrainingMetricsError: there is no room for it here either.
    """
    place = journal_path.parent / f"{journal_path.stem}.{DOCUMENT_NAME}"
    saved = write_document(document, str(place))
    if isinstance(why, DocumentTooLarge):
        _log.error("%s. The whole document is kept at %s", why, place)
        return saved._replace(generation=None)
    _log.error(
        "%s. The document is kept at %s; upload it with "
        "`python -m training_metrics upload %s %s`",
        why,
        place,
        place,
        uri,
    )
    return saved._replace(generation=None)
