"""Declaring a run over that nobody will finish.

What a run achieved comes from its document; this speaks where there is none that says
how the run ended, and a later document takes it back.
"""

import logging

from django.db import transaction
from django.utils import timezone

from ml_platform.experiments.cache_shape import history_absent
from ml_platform.experiments.models import ENDED, QuickTest

logger = logging.getLogger(__name__)


def run_declare_over(*, run: QuickTest, status: str, reason: str, message: str) -> bool:
    """Sets a run that nobody will finish to `failed` or `interrupted`, with reason.

    What is cached stays. A later document with more in it takes the run back.

    Returns:
        False where the run was over already: whoever comes second changes nothing.
    """
    with transaction.atomic():
        row = QuickTest.objects.select_for_update().get(pk=run.pk)
        if row.status in ENDED:
            return False
        now = timezone.now()
        history = row.training_history_json or {}
        row.status, row.ended_at = status, row.ended_at or now
        if not history.get("available"):
            row.reason_code = reason
            history = history_absent(
                reason=reason,
                message=message,
                mlflow_run_id=row.mlflow_run_id,
                read_at=now,
            )
        row.training_history_json = history | {
            "status": str(status),
            "error": {"kind": reason.lower(), "message": message},
            "declared": {"at": now.isoformat(), "was": history.get("status")},
        }
        row.save()
    run.refresh_from_db()
    told = {"run": run.pk, "reason": reason, "status": str(status)}
    logger.warning("run %s: %s: %s", run.pk, reason, message, extra=told)
    return True
