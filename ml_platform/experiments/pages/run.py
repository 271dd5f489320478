"""A run's page: the Training tab."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ml_platform.experiments.api.auth import WRITE_PERMISSION
from ml_platform.experiments.errors import RunNotFound, StoreAway
from ml_platform.experiments.models import ENDED, QuickTest
from ml_platform.experiments.presenters.absent import absent
from ml_platform.experiments.presenters.events import events
from ml_platform.experiments.presenters.facts import facts
from ml_platform.experiments.presenters.lineage import places
from ml_platform.experiments.presenters.recall import (
    protocol_sentence,
    ranking_metrics,
    recall_chart,
    validation_recall_at,
)
from ml_platform.experiments.presenters.run_view import RunView
from ml_platform.experiments.presenters.states import (
    snapshot,
    status_word,
    stopped,
)
from ml_platform.experiments.presenters.tables import (
    attempts_rows,
    finals_rows,
    params_rows,
)
from ml_platform.experiments.presenters.tiles import tiles
from ml_platform.experiments.selectors.histories import history_get
from ml_platform.experiments.selectors.visible import run_get, run_neighbours
from ml_platform.experiments.services.experiments import can_cancel, can_rerun


@require_safe
def run_page(request: HttpRequest, run_id: int) -> HttpResponse:
    """Shows a run; charts fetch their data from the API."""
    try:
        run = run_get(user=request.user, run_id=run_id)
    except RunNotFound as error:
        return no_such_run(request, error)
    try:
        history_get(run=run)
    except StoreAway as error:
        return run_answer(request, run, note=str(error))
    return run_answer(request, run)


def no_such_run(request: HttpRequest, error: RunNotFound) -> HttpResponse:
    """Says that there is none."""
    told = {"message": str(error)}
    return render(request, "experiments/not_found.html", told, status=404)


def run_answer(
    request: HttpRequest, run: QuickTest, note: str = "", status: int = 200
) -> HttpResponse:
    """Returns the run's page; `note` is what stands above it."""
    earlier, later = run_neighbours(user=request.user, run=run)
    may_write = request.user.has_perm(WRITE_PERMISSION)
    told = {
        "note": note,
        "earlier": earlier,
        "later": later,
        "can_cancel": may_write and can_cancel(run),
        "can_rerun": may_write and run.status in ENDED and can_rerun(run),
    }
    context = _context(RunView(run)) | told
    return render(request, "experiments/run.html", context, status=status)


def _context(view: RunView) -> dict[str, object]:
    run = view.run
    context: dict[str, object] = {
        "section": "runs",
        "run": run,
        "view": view,
        "facts": facts(view),
        "params": params_rows(view),
        "absent": absent(view),
        "status_word": status_word(view),
    }
    if not view.available:
        return context
    return context | {
        "tiles": tiles(view),
        "protocol": protocol_sentence(view),
        "recall": recall_chart(view),
        "validation_recall": validation_recall_at(view),
        "ranking": ranking_metrics(view),
        "events": events(view),
        "finals": finals_rows(view),
        "ranks": run.model_type in ("Ranking", "Multitask"),
        "attempts": attempts_rows(view),
        "places": places(run.gcs_artifacts_path, str(view.details.get("model") or "")),
        "stopped": stopped(view),
        "snapshot": snapshot(view, timezone.now()),
        "sampling": view.history.get("sampling") or {},
    }
