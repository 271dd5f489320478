"""Looking for documents without being told: the reconciler and the backfill.

The reconciler also asks the jobs of runs that are not over, and declares a run over
whose job is, or that has no job to ask and gave no sign for `SILENT_HOURS`.

Both go through the runs one by one in order of their id; one bad run never stops the
rest, and each counts as what its row holds afterwards, not as what was attempted. A run
is claimed before it is looked at: of two passes at once, one looks and counts.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from ml_platform.experiments.errors import JobRefused, PlatformAway, StoreAway
from ml_platform.experiments.jobs import job_known
from ml_platform.experiments.models import ENDED, QuickTest
from ml_platform.experiments.services.claims import run_claimed
from ml_platform.experiments.services.declaring import run_declare_over
from ml_platform.experiments.services.experiments import ExperimentService
from ml_platform.experiments.services.training_cache import TrainingCacheService

logger = logging.getLogger(__name__)

SILENT_HOURS = 24.0


@dataclass
class Counts:
    """What was found; `store_away` and `job_away` runs are to be looked at again."""

    looked_at: int = 0
    cached: int = 0
    unchanged: int = 0
    unavailable: int = 0
    store_away: int = 0
    declared_over: int = 0
    job_away: int = 0
    left_to_others: int = 0

    def __str__(self) -> str:
        return (
            f"{self.looked_at} looked at: {self.cached} cached, "
            f"{self.unchanged} unchanged, {self.unavailable} without a readable "
            f"document, {self.store_away} with the store away; "
            f"{self.declared_over} declared over, {self.job_away} whose job could not "
            f"be asked; {self.left_to_others} left to another pass"
        )


def runs_reconcile(
    *, run_id: int | None = None, silent_hours: float = SILENT_HOURS
) -> Counts:
    """Looks at every run that is not settled: not over, or over and not cached.

    Args:
        run_id: Only this run, settled or not.
        silent_hours: How long a run without a job that can be asked may go without a
            newer document before it is declared over.
    """
    runs = QuickTest.objects.exclude(gcs_artifacts_path="")
    if run_id is not None:
        runs = runs.filter(pk=run_id)
    else:
        runs = runs.filter(~Q(status__in=ENDED) | Q(cached_sha256=""))
    patience = timedelta(hours=silent_hours)

    def visit(run: QuickTest, counts: Counts) -> None:
        # A run whose document could not be asked for may have ended well: it waits.
        if _look_at(run, counts) and run.status not in ENDED:
            _end_if_over(run, counts, patience)

    return _each(runs, visit)


def runs_backfill(*, limit: int | None, force: bool) -> Counts:
    """Caches the runs that have no cache; with `force`, looks at all of them.

    What was looked at longest ago comes first, so that a limited pass that is
    repeated goes on instead of starting over at the same rows.
    """
    runs = _to_do(force).order_by(F("looked_at").asc(nulls_first=True), "pk")
    ids = list(runs.values_list("pk", flat=True)[:limit])
    return _each(QuickTest.objects.filter(pk__in=ids), _look_at)


def backfill_counts(*, force: bool) -> dict[str, int]:
    """Returns how many runs ended, have an MLflow id, are cached, are to do."""
    runs = QuickTest.objects.all()
    return {
        "ended": runs.filter(status__in=ENDED).count(),
        "with_mlflow_id": runs.exclude(mlflow_run_id="").count(),
        "cached": runs.exclude(cached_sha256="").count(),
        "to_do": _to_do(force).count(),
    }


def _to_do(force: bool) -> QuerySet[QuickTest]:
    runs = QuickTest.objects.exclude(gcs_artifacts_path="")
    return runs if force else runs.filter(cached_sha256="")


def _each(
    runs: QuerySet[QuickTest], visit: Callable[[QuickTest, Counts], object]
) -> Counts:
    """Visits each run that nobody else has looked at since the pass began."""
    counts = Counts()
    for pk, looked_at in list(runs.order_by("pk").values_list("pk", "looked_at")):
        with run_claimed(run_id=pk, looked_at=looked_at) as run:
            if run is None:
                counts.left_to_others += 1
            else:
                visit(run, counts)
    return counts


def _look_at(run: QuickTest, counts: Counts) -> bool:
    """Caches the run and counts it; False where the store did not answer."""
    counts.looked_at += 1
    before = run.cached_sha256
    try:
        available = TrainingCacheService().cache_training_history(run)
    except StoreAway:
        counts.store_away += 1
        return False
    except Exception:
        # Boundary: whatever one run does must not stop the others.
        logger.exception(
            "run %s: could not be looked at", run.pk, extra={"run": run.pk}
        )
        counts.unavailable += 1
    else:
        _count(counts, available, changed=run.cached_sha256 != before)
    return True


def _end_if_over(run: QuickTest, counts: Counts, patience: timedelta) -> None:
    try:
        if job_known(run.pipeline_job_name):
            run = ExperimentService().follow(run)
            counts.declared_over += run.status in ENDED
        elif timezone.now() - (sign := _last_sign(run)) > patience:
            counts.declared_over += run_declare_over(
                run=run,
                status="interrupted",
                reason="RUN_SILENT",
                message=f"No sign of the run since {sign:%Y-%m-%d %H:%M} UTC.",
            )
    except StoreAway:
        counts.store_away += 1
    except (JobRefused, PlatformAway) as error:
        told = {"run": run.pk, "code": error.code}
        logger.warning(
            "run %s: its job could not be asked: %s", run.pk, error, extra=told
        )
        counts.job_away += 1
    except Exception:
        # Boundary: whatever one run does must not stop the others.
        logger.exception("run %s: could not be followed", run.pk, extra={"run": run.pk})
        counts.job_away += 1


def _last_sign(run: QuickTest) -> datetime:
    saved_at = (run.training_history_json or {}).get("saved_at")
    signs = [run.created_at, run.started_at]
    signs.append(datetime.fromisoformat(saved_at) if saved_at else None)
    return max(sign for sign in signs if sign is not None)


def _count(counts: Counts, available: bool, changed: bool) -> None:
    if not available:
        counts.unavailable += 1
    elif changed:
        counts.cached += 1
    else:
        counts.unchanged += 1
