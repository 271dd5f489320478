"""Calls that start, cancel and repeat runs, for people and for tokens that write."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from ml_platform.experiments.api.answers import answer
from ml_platform.experiments.api.auth import writer_required
from ml_platform.experiments.api.rows import run_row
from ml_platform.experiments.api.schemas import Answer, Launch, Refusal
from ml_platform.experiments.selectors.visible import run_get
from ml_platform.experiments.services.experiments import ExperimentService

router = Router(tags=["jobs"])
_REFUSALS = (400, 401, 403, 404, 409, 502, 503)
ANSWERS = {200: Answer, **dict.fromkeys(_REFUSALS, Refusal)}


@router.post("/quick-tests/{int:run_id}/start/", response=ANSWERS)
def start(request: HttpRequest, run_id: int, body: Launch) -> HttpResponse:
    """Starts the pipeline of a run that was created; a repeated call finds it."""
    writer_required(request)
    run = run_get(user=request.user, run_id=run_id)
    run = ExperimentService().start(run, launch=body.dict())
    return answer({"quick_test": run_row(run)})


@router.post("/quick-tests/{int:run_id}/cancel/", response=ANSWERS)
def cancel(request: HttpRequest, run_id: int) -> HttpResponse:
    """Asks a run's pipeline to end; what it trained is kept."""
    writer_required(request)
    run = run_get(user=request.user, run_id=run_id)
    return answer({"quick_test": run_row(ExperimentService().cancel(run))})


@router.post("/quick-tests/{int:run_id}/rerun/", response=ANSWERS)
def rerun(request: HttpRequest, run_id: int) -> HttpResponse:
    """Starts a new run with the same parameters, data and target."""
    writer_required(request)
    run = run_get(user=request.user, run_id=run_id)
    return answer({"quick_test": run_row(ExperimentService().rerun(run))})
