"""Retention: which documents are old enough, and what becomes of each.

Planning and acting run the same loop over the same runs; a plan only leaves the
deletion out. One run that cannot be looked at never stops the rest.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from ml_platform.experiments.errors import ExperimentsError, StoreAway
from ml_platform.experiments.models import ENDED, QuickTest, Receipt
from ml_platform.experiments.services.removing import (
    document_prune,
    document_to_prune,
)

logger = logging.getLogger(__name__)

OLDER_THAN_DAYS = 90

TO_PRUNE, PRUNED, ABSENT = "to prune", "pruned", "absent"
REFUSED, FAILED = "refused", "failed"


@dataclass(frozen=True)
class Pruning:
    """What becomes, or would become, of one run's document.

    Attributes:
        word: `to prune`, `pruned`, `absent` (nothing is there), `refused` (it may
            not be pruned) or `failed` (try again).
        why: The refusal's or failure's own sentence.
        size_bytes: Of the document, 0 where it stays or is not there.
        receipt: Where it was pruned.
    """

    run: QuickTest
    word: str
    why: str = ""
    size_bytes: int = 0
    receipt: Receipt | None = None


def runs_older(*, days: int) -> QuerySet[QuickTest]:
    """Returns the runs that ended so long ago and still have a document's place."""
    before = timezone.now() - timedelta(days=days)
    return (
        QuickTest.objects.filter(status__in=ENDED, pruned_at=None)
        .exclude(gcs_artifacts_path="")
        .alias(over_at=Coalesce("ended_at", "created_at"))
        .filter(over_at__lt=before)
        .order_by("pk")
    )


def runs_prune(*, days: int, act: bool) -> Iterator[Pruning]:
    """Prunes, or with `act` false only judges, each run's document in turn."""
    for pk in list(runs_older(days=days).values_list("pk", flat=True)):
        run = QuickTest.objects.filter(pk=pk).first()
        if run is not None:
            yield _pruning(run, act)


def _pruning(run: QuickTest, act: bool) -> Pruning:
    try:
        stored = document_to_prune(run=run)
        size_bytes = len(stored.data) if stored else 0
        if not act:
            return Pruning(run, TO_PRUNE if stored else ABSENT, size_bytes=size_bytes)
        receipt = document_prune(run=run, stored=stored)
    except StoreAway as error:
        return Pruning(run, FAILED, str(error))
    except ExperimentsError as error:
        return Pruning(run, REFUSED, str(error))
    except Exception as error:
        # Boundary: whatever one run does must not stop the others.
        logger.exception("run %s: could not be pruned", run.pk, extra={"run": run.pk})
        return Pruning(
            run, FAILED, f"run {run.pk}: {type(error).__name__}; see the log"
        )
    if receipt is None:
        return Pruning(run, ABSENT)
    return Pruning(run, PRUNED, size_bytes=receipt.size_bytes, receipt=receipt)
