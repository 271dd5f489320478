"""Claiming a run while looking at it, so that two passes at once do not both do so.

A claim is a filtered update: it succeeds only where nobody holds the run and nobody
has looked at it since the pass listed it. A claim whose holder died ends by itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from ml_platform.experiments.models import QuickTest

# Longer than a look takes: reading the document, and asking the job.
_HELD_FOR = timedelta(minutes=5)


@contextmanager
def run_claimed(
    *, run_id: int, looked_at: datetime | None
) -> Iterator[QuickTest | None]:
    """Holds the run for the block, and records that it was looked at.

    Args:
        run_id: The run to claim.
        looked_at: When it was last looked at, as the caller's list says.

    Yields:
        The run; None where somebody else holds it, has looked at it, or deleted it.
    """
    now = timezone.now()
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - _HELD_FOR)
    listed = QuickTest.objects.filter(free, pk=run_id, looked_at=looked_at)
    if listed.update(claimed_at=now) != 1:
        yield None
        return
    try:
        yield QuickTest.objects.filter(pk=run_id).first()
    finally:
        QuickTest.objects.filter(pk=run_id, claimed_at=now).update(
            claimed_at=None, looked_at=timezone.now()
        )
