"""Removing a run's document, or the run with it, so that it can always be told.

1. The receipt is written, not done yet.
2. The document is deleted, only in the generation that the receipt names.
3. In one transaction the run is marked (or its row deleted) and the receipt is done.

A removal that was cut short is finished by the next one: it finds the receipt.
"""

import hashlib
import logging

from django.db import transaction
from django.utils import timezone

from ml_platform.experiments.documents import (
    document_delete,
    document_stored,
    document_uri_allowed,
)
from ml_platform.experiments.errors import AnotherDocument, RemovalRefused
from ml_platform.experiments.models import ENDED, QuickTest, Receipt, Removal
from training_metrics import limits
from training_metrics.storage import Stored

logger = logging.getLogger(__name__)


def document_to_prune(*, run: QuickTest) -> Stored | None:
    """Returns the run's document as stored, where it may be pruned.

    The cache is asked first: a document that is not cached, byte for byte, stays.

    Returns:
        None where the place holds no document.

    Raises:
        RemovalRefused: It is not cached, or not this run's alone.
        RootNotAllowed, DocumentUnreadable: It cannot be looked at.
        StoreAway: The store did not answer.
    """
    _refuse_unless_own(run)
    stored = document_stored(
        artifacts_uri=run.gcs_artifacts_path,
        max_bytes=limits.BYTES_MAX if run.cached_sha256 else 0,
    )
    if stored and _digest(stored) != run.cached_sha256:
        what = "another document than the stored one" if run.cached_sha256 else "none"
        raise RemovalRefused(
            f"run {run.pk}: the cache holds {what}; read it in first with "
            f"reconcile_training_cache --run {run.pk}"
        )
    return stored


def document_prune(*, run: QuickTest, stored: Stored | None) -> Receipt | None:
    """Deletes the document that `document_to_prune` returned; the cache stays.

    Returns:
        The receipt; None where there was nothing to delete, now or earlier.

    Raises:
        AnotherDocument: It was replaced meanwhile, and stays.
        StoreAway: The store did not answer; a later call goes on.
    """
    receipt = _receipt(run, str(Removal.PRUNED), stored)
    if receipt is None:
        return None
    _delete_stored(run, stored, receipt)
    with transaction.atomic():
        row = QuickTest.objects.select_for_update().get(pk=run.pk)
        now = timezone.now()
        # A document that was announced meanwhile is not the one that is gone.
        if row.cached_sha256 == receipt.sha256:
            row.pruned_at = now
            row.training_history_json["histogram_available"] = False
            row.training_history_json["source"]["pruned_at"] = now.isoformat()
            row.save()
        _done(receipt)
    return receipt


def document_of_run_to_delete(*, run: QuickTest) -> Stored | None:
    """Returns the document that goes with the run, None where there is none.

    Raises:
        RemovalRefused: The run is not over, or its place is another run's, too.
        RootNotAllowed, DocumentUnreadable: Its place cannot be looked at.
        StoreAway: The store did not answer.
    """
    if run.status not in ENDED:
        raise RemovalRefused(f"run {run.pk}: it is not over; cancel it first")
    if not run.gcs_artifacts_path:
        return None
    _refuse_unless_own(run)
    return document_stored(artifacts_uri=run.gcs_artifacts_path)


def run_delete(*, run: QuickTest, stored: Stored | None) -> Receipt:
    """Deletes what `document_of_run_to_delete` returned, then the run's row.

    With the row go the cache and all columns made of the document.

    Raises:
        AnotherDocument: The document was replaced meanwhile; everything stays.
        StoreAway: The store did not answer; a later call goes on.
    """
    removal = str(Removal.DELETED)
    receipt = _receipt(run, removal, stored) or _new(run, removal)
    _delete_stored(run, stored, receipt)
    with transaction.atomic():
        QuickTest.objects.filter(pk=run.pk).delete()
        _done(receipt)
    return receipt


def _delete_stored(run: QuickTest, stored: Stored | None, receipt: Receipt) -> None:
    if stored is None:
        return
    place = run.gcs_artifacts_path
    try:
        document_delete(artifacts_uri=place, generation=stored.generation)
    except AnotherDocument:
        receipt.delete()  # Nothing was removed, and this generation never will be.
        raise


def _refuse_unless_own(run: QuickTest) -> None:
    others = QuickTest.objects.filter(gcs_artifacts_path=run.gcs_artifacts_path)
    if other := others.exclude(pk=run.pk).first():
        raise RemovalRefused(
            f"run {run.pk}: its place is also run {other.pk}'s; "
            "give each its own before removing one"
        )


def _receipt(run: QuickTest, removal: str, stored: Stored | None) -> Receipt | None:
    """Returns the receipt to work by: one that was begun, or a new one.

    Where nothing is stored, only a receipt that was begun is one.
    """
    begun = Receipt.objects.filter(run_id=run.pk, removal=removal, done_at=None)
    if stored is None:
        return begun.order_by("-pk").first()
    same = begun.filter(generation=stored.generation).first()
    return same or _new(run, removal, stored)


def _new(run: QuickTest, removal: str, stored: Stored | None = None) -> Receipt:
    receipt = Receipt(
        run_id=run.pk, run_number=run.number, run_name=run.name, removal=removal
    )
    if stored:
        place = run.gcs_artifacts_path
        receipt.uri = document_uri_allowed(artifacts_uri=place)
        receipt.generation = stored.generation
        receipt.sha256 = _digest(stored)
        receipt.size_bytes = len(stored.data)
    receipt.save()
    return receipt


def _done(receipt: Receipt) -> None:
    receipt.done_at = timezone.now()
    receipt.save(update_fields=["done_at"])
    logger.info(
        "run %s: %s, receipt %s",
        *(receipt.run_id, receipt.removal, receipt.pk),
        extra={"run": receipt.run_id},
    )


def _digest(stored: Stored) -> str:
    return hashlib.sha256(stored.data).hexdigest()
