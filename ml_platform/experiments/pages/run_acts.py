"""What a run's page can be asked to do: look again, cancel the run, run it again.

Each is a form; a refusal is said on the run's page in the API's own words.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from ml_platform.experiments.api.auth import writer_required
from ml_platform.experiments.errors import ExperimentsError, RunNotFound, StoreAway
from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.pages.run import no_such_run, run_answer
from ml_platform.experiments.selectors.visible import run_get
from ml_platform.experiments.services.experiments import ExperimentService
from ml_platform.experiments.services.training_cache import TrainingCacheService


@require_POST
def look_again(request: HttpRequest, run_id: int) -> HttpResponse:
    """Looks for the run's document once more and shows the run."""
    try:
        run = run_get(user=request.user, run_id=run_id)
        TrainingCacheService().cache_training_history(run)
    except (RunNotFound, StoreAway):
        pass
    return redirect("experiments:run", run_id=run_id)


@require_POST
def cancel(request: HttpRequest, run_id: int) -> HttpResponse:
    """Asks the run's pipeline to end."""
    return _done(request, run_id, ExperimentService().cancel)


@require_POST
def rerun(request: HttpRequest, run_id: int) -> HttpResponse:
    """Starts a new run with the same parameters, data and target, and shows it."""
    return _done(request, run_id, ExperimentService().rerun)


def _done(
    request: HttpRequest, run_id: int, act: Callable[[QuickTest], QuickTest]
) -> HttpResponse:
    try:
        run = run_get(user=request.user, run_id=run_id)
    except RunNotFound as error:
        return no_such_run(request, error)
    try:
        writer_required(request)
        shown = act(run)
    except ExperimentsError as error:
        return run_answer(request, run, note=str(error), status=error.status)
    return redirect("experiments:run", run_id=shown.pk)
