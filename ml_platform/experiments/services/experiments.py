"""Starting a run, following its job to the end, cancelling it, running it again.

The run's row is claimed by a filtered update before anything is started, so two callers
start one job. What a run achieved always comes from its document; a job's state only
says when to look, and speaks alone where there is no document.
"""

import logging
from typing import Any

from django.db import transaction
from django.utils import timezone

from ml_platform.experiments.cache_shape import history_absent
from ml_platform.experiments.errors import JobRefused, WrongState
from ml_platform.experiments.jobs import TARGETS, job_cancel, job_state, local, vertex
from ml_platform.experiments.jobs.spec import arguments_for
from ml_platform.experiments.jobs.state import CANCELLED, GONE, RUNNING, JobState
from ml_platform.experiments.models import ENDED, QuickTest, RunStatus
from ml_platform.experiments.services.quick_tests import quick_test_create
from ml_platform.experiments.services.training_cache import TrainingCacheService

logger = logging.getLogger(__name__)

_REASONS = {GONE: "JOB_GONE", CANCELLED: "JOB_CANCELLED"}


class ExperimentService:
    """Runs of the pipeline, on this machine or on Vertex AI."""

    def start(self, run: QuickTest, *, launch: dict[str, Any]) -> QuickTest:
        """Starts the run's job; a second call finds the first one's.

        Args:
            run: One that was created and has not been started.
            launch: `target` (`local` or `vertex`), and where wanted `input_path`,
                `columns` and `data_options`.

        Raises:
            WrongState: The run is over, or somebody else's job makes it.
            JobRefused: The target refused; the run can be started again.
            PlatformAway: No answer; starting again finds what was started.
        """
        target = launch.get("target")
        if target not in TARGETS:
            raise JobRefused(f"target: {target!r} received; use local or vertex")
        if run.status in ENDED:
            raise WrongState(f"run {run.pk}: it is over; run it again instead")
        claim = local.CLAIMED if target == "local" else vertex.name_for(run.pk)
        mine = QuickTest.objects.filter(pk=run.pk, pipeline_job_name="").update(
            pipeline_job_name=claim, launch=launch
        )
        run.refresh_from_db()
        if not mine and (target == "local" or run.pipeline_job_name != claim):
            raise WrongState(
                f"run {run.pk}: its job {run.pipeline_job_name} was started before"
            )
        return self._started(run, claim)

    def follow(self, run: QuickTest) -> QuickTest:
        """Looks at the run's job; where it is over, caches and settles the run.

        Raises:
            PlatformAway, JobRefused: The job could not be looked at.
            StoreAway: The job is over, but its document cannot be read now.
        """
        if run.status in ENDED or not run.pipeline_job_name:
            return run
        state = job_state(run.pipeline_job_name)
        if state.word == RUNNING:
            QuickTest.objects.filter(pk=run.pk, status=RunStatus.SUBMITTED).update(
                status=RunStatus.RUNNING, started_at=timezone.now()
            )
        if state.over:
            TrainingCacheService().cache_training_history(run)
            self._settle(run, state)
        run.refresh_from_db()
        return run

    def cancel(self, run: QuickTest) -> QuickTest:
        """Asks the run's job to end; what it trained is kept and cached.

        Raises:
            WrongState: The run is over, or no job of ours makes it.
            PlatformAway, JobRefused: The job could not be cancelled.
        """
        if run.status in ENDED or not run.pipeline_job_name:
            raise WrongState(f"run {run.pk}: it is over, or was not started here")
        job_cancel(run.pipeline_job_name)
        logger.info("run %s: asked %s to end", run.pk, run.pipeline_job_name)
        return self.follow(run)

    def rerun(self, run: QuickTest) -> QuickTest:
        """Starts a new run with the same parameters, data and target.

        Raises:
            WrongState: The run was not started here, so what it ran on is unknown.
            JobRefused, PlatformAway: As `start`.
        """
        if not run.launch:
            raise WrongState(f"run {run.pk}: it was not started here; submit it anew")
        again = quick_test_create(
            name=run.name, params=run.launch.get("params", run.params), rerun_of=run
        )
        return self.start(again, launch=run.launch)

    def _started(self, run: QuickTest, claim: str) -> QuickTest:
        run.launch.setdefault("params", run.params)
        name = claim
        try:
            if claim == local.CLAIMED:
                name = local.start(arguments_for(run))
            else:
                vertex.start(claim, arguments_for(run))
        except JobRefused:
            QuickTest.objects.filter(pk=run.pk).update(pipeline_job_name="")
            raise
        QuickTest.objects.filter(pk=run.pk).update(
            pipeline_job_name=name, launch=run.launch
        )
        run.refresh_from_db()
        logger.info("run %s: started %s", run.pk, name)
        return run

    def _settle(self, run: QuickTest, state: JobState) -> None:
        """Declares over a run whose job is, where no document says how it ended."""
        cancelled = state.word == CANCELLED
        run_declare_over(
            run=run,
            status="interrupted" if cancelled else "failed",
            reason=_REASONS.get(state.word, "JOB_FAILED"),
            message=state.message
            or f"The job {state.word}, and left no document that says more.",
        )


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
    logger.warning("run %s: %s: %s", run.pk, reason, message)
    return True
