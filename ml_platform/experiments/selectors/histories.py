"""A run's history and histograms, from the cache or, where it must be, the store."""

from collections import OrderedDict
from datetime import timedelta
from threading import Lock
from typing import Any

from django.db.models import TextField
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast
from django.utils import timezone

from ml_platform.experiments.documents import document_read
from ml_platform.experiments.errors import (
    DocumentPruned,
    ExperimentsError,
    RunNotFound,
    StoreAway,
)
from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.selectors.visible import User, runs_visible
from ml_platform.experiments.services.training_cache import TrainingCacheService
from training_metrics.document import TrainingMetrics

LOOK_EVERY = timedelta(seconds=10)
_DOCUMENTS_KEPT = 4
_HISTORY = "training_history_json"
_GOING_ON = ("running", "submitted")


def history_text_get(*, user: User, run_id: int) -> tuple[QuickTest, str]:
    """Returns a run without its history, and that as the database's own text.

    The text is empty where the store is to be looked at first, see `history_get`.

    Raises:
        RunNotFound: It does not exist or the user may not see it.
    """
    rows = runs_visible(user=user).defer(_HISTORY)
    run = rows.annotate(
        available=KeyTransform("available", _HISTORY), text=Cast(_HISTORY, TextField())
    ).filter(pk=run_id)
    if (found := run.first()) is None:
        raise RunNotFound(f"run {run_id}: not found")
    settled = found.available is True and found.status not in _GOING_ON
    return found, found.text if settled else ""


def history_get(*, run: QuickTest) -> tuple[dict[str, Any], str]:
    """Returns the run's history and where it came from, `cache` or `store`.

    A run that is not over, or has none cached, is looked up in the store, at most
    every ten seconds; everything else comes from the cache.
    """
    if not _should_look(run):
        return run.training_history_json or {}, "cache"
    try:
        TrainingCacheService().cache_training_history(run)
    except StoreAway:
        if run.has_history:
            return run.training_history_json or {}, "cache"
        raise
    return run.training_history_json or {}, "store"


def histograms_get(*, run: QuickTest) -> tuple[list[int], str]:
    """Returns the epochs and every tower's histograms at full resolution, as JSON.

    Written by the model itself: of 10,000 epochs in a fifth of the time that Python
    objects on the way would take.
    """
    document = _documents.get(run)
    told = {
        kind: {
            tower: {"histogram"}
            for tower, stats in getattr(document, kind).items()
            if stats.histogram
        }
        for kind in ("weight_stats", "gradient_stats")
    }
    return document.epochs, document.model_dump_json(include=told)


def document_get(*, run: QuickTest) -> TrainingMetrics:
    """Returns the run's whole document."""
    return _documents.get(run)


class _RecentDocuments:
    """The last few documents, by digest, so that charts of one page share a read."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[str, TrainingMetrics] = OrderedDict()

    def get(self, run: QuickTest) -> TrainingMetrics:
        """Returns the run's document as cached; reads it where it is not at hand.

        Raises:
            DocumentPruned: Retention deleted it.
        """
        if run.pruned_at:
            raise DocumentPruned(
                f"run {run.pk}: its document was deleted by retention on "
                f"{run.pruned_at:%Y-%m-%d}; its training history is still cached"
            )
        with self._lock:
            if run.cached_sha256 in self._kept:
                self._kept.move_to_end(run.cached_sha256)
                return self._kept[run.cached_sha256]
        if not run.gcs_artifacts_path:
            raise ExperimentsError(f"run {run.pk}: it has no artifacts path")
        read = document_read(artifacts_uri=run.gcs_artifacts_path)
        with self._lock:
            self._kept[read.sha256] = read.document
            while len(self._kept) > _DOCUMENTS_KEPT:
                self._kept.popitem(last=False)
        return read.document


_documents = _RecentDocuments()


def _should_look(run: QuickTest) -> bool:
    settled = run.has_history and run.status not in _GOING_ON
    if settled:
        return False
    return run.looked_at is None or timezone.now() - run.looked_at > LOOK_EVERY
