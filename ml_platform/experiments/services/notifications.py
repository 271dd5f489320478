"""What a verified notification does: finds the run, reads, compares, caches."""

import logging

from django.utils import timezone

from ml_platform.experiments.documents import document_read
from ml_platform.experiments.errors import AnotherDocument, RunNotFound
from ml_platform.experiments.models import LastNotification, QuickTest
from ml_platform.experiments.roots import place_allowed
from ml_platform.experiments.services.training_cache import TrainingCacheService
from training_metrics.notification import Notification

logger = logging.getLogger(__name__)


def notification_receive(
    *, quick_test_id: int, notification: Notification
) -> QuickTest:
    """Caches the announced document and returns the run.

    That it was received is noted first, whatever comes of it. A document that is
    already cached is not read again.

    Raises:
        RunNotFound: No such run, or the body names another one than the address.
        RootNotAllowed: The place is under no allowed root.
        AnotherDocument: The place or the document is not the announced one.
        DocumentUnreadable: The document is missing or refused.
        StoreAway: The store did not answer.
    """
    LastNotification.objects.update_or_create(
        pk=1, defaults={"quick_test_id": quick_test_id, "at": timezone.now()}
    )
    run = QuickTest.objects.filter(pk=quick_test_id).first()
    if run is None or notification.quick_test_id != quick_test_id:
        raise RunNotFound(f"run {quick_test_id}: not found; create it first")
    place = place_allowed(notification.artifacts_uri)
    if run.gcs_artifacts_path and place_allowed(run.gcs_artifacts_path) != place:
        raise AnotherDocument(
            f"run {run.pk}: artifacts_uri is not the run's own place; "
            "announce the place that the run was created with"
        )
    if notification.sha256 and run.cached_sha256 == notification.sha256:
        return run
    _take_place(run, place)
    if notification.sha256 is None:
        return _without_document(run, notification)
    read = document_read(artifacts_uri=place)
    if read.sha256 != notification.sha256:
        raise AnotherDocument(
            f"run {run.pk}: announced {notification.sha256[:12]}…, "
            f"the store holds {read.sha256[:12]}…; announce what was written last"
        )
    TrainingCacheService().store(run, read, timezone.now())
    logger.info("run %s: cached %s", run.pk, read.sha256[:12], extra={"run": run.pk})
    return run


def _take_place(run: QuickTest, place: str) -> None:
    """Gives a run that was created without a place the announced one."""
    if not run.gcs_artifacts_path:
        QuickTest.objects.filter(pk=run.pk, gcs_artifacts_path="").update(
            gcs_artifacts_path=place
        )
        run.refresh_from_db()


def _without_document(run: QuickTest, notification: Notification) -> QuickTest:
    """A run that ended before it wrote a document: its end is all there is to know.

    The place is looked at all the same; what is found there says more.
    """
    if not TrainingCacheService().cache_training_history(run):
        QuickTest.objects.filter(pk=run.pk, cached_sha256="").update(
            status=notification.status
        )
        run.refresh_from_db()
    return run
