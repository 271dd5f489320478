"""Caching a run's history: one read, one transaction, never good by worse.

The document is read before the transaction, so that no row is locked while the store
answers. Inside it the row is locked, compared and written; a caller that comes second
with the same document finds the digest and changes nothing.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from ml_platform.experiments.cache_shape import (
    History,
    history_absent,
    history_from_document,
)
from ml_platform.experiments.columns import columns_from_history
from ml_platform.experiments.documents import DocumentMissing, document_read
from ml_platform.experiments.errors import (
    DocumentUnreadable,
    RootNotAllowed,
    StoreAway,
)
from ml_platform.experiments.models import QuickTest, RunStatus
from ml_platform.experiments.services.curves import curves_of
from ml_platform.experiments.storable import storable
from training_metrics.reading import ReadResult
from training_metrics.storage import document_uri

logger = logging.getLogger(__name__)

# From least to most final: at the same epoch the more final document wins.
_FINALITY = ("running", "interrupted", "failed", "completed")
_REASONS = {
    DocumentMissing: "DOCUMENT_MISSING",
    DocumentUnreadable: "DOCUMENT_REFUSED",
    RootNotAllowed: "ROOT_NOT_ALLOWED",
}


class TrainingCacheService:
    """Fills `QuickTest.training_history_json` from the run's document."""

    def cache_training_history(self, quick_test: QuickTest) -> bool:
        """Reads the run's document and caches it.

        Returns:
            True where the cache now holds history; False where it holds the
            reason why there is none.

        Raises:
            StoreAway: The store did not answer; what is cached stays.
        """
        now = timezone.now()
        if not quick_test.gcs_artifacts_path:
            return self._store_reason(
                quick_test, "NO_ARTIFACTS_PATH", "The run has no artifacts path.", now
            )
        try:
            read = document_read(artifacts_uri=quick_test.gcs_artifacts_path)
        except StoreAway:
            told = {"run": quick_test.pk, "reason": "STORE_AWAY"}
            logger.warning("run %s: store away, cache kept", quick_test.pk, extra=told)
            raise
        except (DocumentUnreadable, RootNotAllowed) as error:
            reason = _REASONS[type(error)]
            # The error may quote the document: it goes to the run's page, not here.
            told = {"run": quick_test.pk, "reason": reason}
            logger.warning("run %s: %s", quick_test.pk, reason, extra=told)
            return self._store_reason(quick_test, reason, str(error), now)
        return self.store(quick_test, read, now)

    def store(self, quick_test: QuickTest, read: ReadResult, now: datetime) -> bool:
        """Stores a document that was just read, unless what is cached is better.

        Its curves are made at once, so that the first comparison finds them.
        """
        is_cached = self.store_history(quick_test, read, now)
        curves_of(runs=[quick_test])
        return is_cached

    def store_history(
        self, quick_test: QuickTest, read: ReadResult, now: datetime
    ) -> bool:
        """As `store`, and leaves the curves to whoever asks for them first."""
        history = storable(
            history_from_document(
                read=read,
                uri=document_uri(quick_test.gcs_artifacts_path),
                mlflow_run_id=quick_test.mlflow_run_id,
                read_at=now,
            )
        )
        with transaction.atomic():
            _refresh_locked(quick_test)
            quick_test.looked_at = now
            if quick_test.cached_sha256 != read.sha256 or quick_test.pruned_at:
                _store_unless_worse(quick_test, history, read, now)
            quick_test.save()
        return quick_test.has_history

    def _store_reason(
        self, quick_test: QuickTest, reason: str, message: str, now: datetime
    ) -> bool:
        with transaction.atomic():
            _refresh_locked(quick_test)
            quick_test.looked_at = now
            is_pruned = quick_test.pruned_at is not None
            quick_test.reason_code = "DOCUMENT_PRUNED" if is_pruned else reason
            if not quick_test.has_history:
                quick_test.training_history_json = history_absent(
                    reason=reason,
                    message=message,
                    mlflow_run_id=quick_test.mlflow_run_id,
                    read_at=now,
                )
            quick_test.save()
        return quick_test.has_history


def _refresh_locked(quick_test: QuickTest) -> None:
    """Takes the row as it is now; nobody else writes it until the transaction ends."""
    quick_test.refresh_from_db(from_queryset=QuickTest.objects.select_for_update())


def _store_unless_worse(
    row: QuickTest, history: History, read: ReadResult, now: datetime
) -> None:
    if why := _worse_because(row, history):
        logger.warning(
            "run %s: document %s not cached: %s",
            *(row.pk, read.sha256[:12], why),
            extra={"run": row.pk, "reason": "WORSE_THAN_CACHED"},
        )
        return
    row.training_history_json = history
    row.cached_at, row.pruned_at = now, None
    row.cached_sha256 = read.sha256
    row.cached_generation = read.generation
    row.document_bytes = read.size_bytes
    row.reason_code = history.get("reason", "")
    if history.get("status") in RunStatus.values:
        row.status = history["status"]
    for name, value in columns_from_history(history, row.params).items():
        setattr(row, name, value)


def _worse_because(row: QuickTest, new: History) -> str:
    """Says why `new` must not replace what is cached; empty where it may."""
    old = row.training_history_json or {}
    if not old.get("available"):
        return ""
    if not new["available"]:
        return "it holds no epoch and the cache holds some"
    if _is_older(old, new):
        return "it was saved before the cached one"
    if new["epochs"][-1] < old["epochs"][-1]:
        return f"it ends at epoch {new['epochs'][-1]}, the cache at {old['epochs'][-1]}"
    same_end = new["epochs"][-1] == old["epochs"][-1]
    if same_end and _finality(new) < _finality(old):
        return f"it is {new['status']} where the cached one is {old['status']}"
    return ""


def _is_older(old: History, new: History) -> bool:
    before, after = old.get("saved_at"), new.get("saved_at")
    if not (before and after):
        return False
    return datetime.fromisoformat(after) < datetime.fromisoformat(before)


def _finality(history: History) -> int:
    # What was declared over here is as final as its document was, no more.
    declared = history.get("declared")
    status = declared["was"] if declared else history.get("status")
    return _FINALITY.index(status) if status in _FINALITY else -1
