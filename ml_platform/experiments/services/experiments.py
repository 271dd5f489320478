"""Starting a run, following its job to the end, cancelling it, running it again.

The run's row is claimed by a filtered update before anything is started, so two callers
start one job. What a run achieved always comes from its document; a job's state only
says when to look, and speaks alone where there is no document.
"""

import logging
from typing import Any

from django.utils import timezone

from ml_platform.experiments.errors import JobRefused, WrongState
from ml_platform.experiments.jobs import (
    TARGETS,
    job_cancel,
    job_known,
    job_state,
    local,
    vertex,
)
from ml_platform.experiments.jobs.spec import arguments_for
from ml_platform.experiments.jobs.state import CANCELLED, GONE, RUNNING, JobState
from ml_platform.experiments.models import ENDED, QuickTest, RunStatus
from ml_platform.experiments.services.declaring import run_declare_over
from ml_platform.experiments.services.quick_tests import quick_test_create
from ml_platform.experiments.services.training_cache import TrainingCacheService

logger = logging.getLogger(__name__)

_CANCELLED_AT = "cancelled_at"
_REASONS = {GONE: "JOB_GONE", CANCELLED: "JOB_CANCELLED"}


def can_cancel(run: QuickTest) -> bool:
    """Returns whether a job of ours makes the run and may still be asked to end."""
    return run.status not in ENDED and job_known(run.pipeline_job_name)


def can_rerun(run: QuickTest) -> bool:
    """Returns whether it is known what the run ran on."""
    return bool(run.launch)


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
            RequestRefused: The trainer refuses the run's parameters or source.
            JobRefused: The target refused; the run can be started again.
            PlatformAway: No answer; starting again finds what was started.
        """
        target = launch.get("target")
        if target not in TARGETS:
            raise JobRefused(f"target: {target!r} received; use local or vertex")
        if run.status in ENDED:
            raise WrongState(f"run {run.pk}: it is over; run it again instead")
        if target == "local":
            local.check(run, launch)
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
        if run.status in ENDED or not job_known(run.pipeline_job_name):
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
        if not can_cancel(run):
            raise WrongState(f"run {run.pk}: it is over, or was not started here")
        job_cancel(run.pipeline_job_name)
        run.launch[_CANCELLED_AT] = timezone.now().isoformat()
        QuickTest.objects.filter(pk=run.pk).update(launch=run.launch)
        told = {"run": run.pk}
        logger.info(
            "run %s: asked %s to end", run.pk, run.pipeline_job_name, extra=told
        )
        return self.follow(run)

    def rerun(self, run: QuickTest) -> QuickTest:
        """Starts a new run with the same parameters, data and target.

        Raises:
            WrongState: The run was not started here, so what it ran on is unknown.
            JobRefused, PlatformAway: As `start`.
        """
        if not can_rerun(run):
            raise WrongState(f"run {run.pk}: it was not started here; submit it anew")
        again = quick_test_create(
            name=run.name, params=run.launch.get("params", run.params), rerun_of=run
        )
        launch = {k: v for k, v in run.launch.items() if k != _CANCELLED_AT}
        return self.start(again, launch=launch)

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
        logger.info("run %s: started %s", run.pk, name, extra={"run": run.pk})
        return run

    def _settle(self, run: QuickTest, state: JobState) -> None:
        """Declares over a run whose job is, where no document says how it ended."""
        word = state.word
        if word == GONE and _CANCELLED_AT in run.launch:
            word = CANCELLED
        run_declare_over(
            run=run,
            status="interrupted" if word == CANCELLED else "failed",
            reason=_REASONS.get(word, "JOB_FAILED"),
            message=state.message
            or f"The job {word}, and left no document that says more.",
        )
