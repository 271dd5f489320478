"""A run's page: the Training tab."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from ml_platform.experiments.errors import RunNotFound, StoreAway
from ml_platform.experiments.presenters.absent import absent
from ml_platform.experiments.presenters.events import events
from ml_platform.experiments.presenters.facts import facts
from ml_platform.experiments.presenters.lineage import place_url
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
from ml_platform.experiments.services.training_cache import TrainingCacheService


@require_safe
def run_page(request: HttpRequest, run_id: int) -> HttpResponse:
    """Shows a run; charts fetch their data from the API."""
    try:
        run = run_get(user=request.user, run_id=run_id)
    except RunNotFound as error:
        return render(
            request, "experiments/not_found.html", {"message": str(error)}, status=404
        )
    store_away = ""
    try:
        history_get(run=run)
    except StoreAway as error:
        store_away = str(error)
    earlier, later = run_neighbours(user=request.user, run=run)
    context = _context(RunView(run), store_away)
    neighbours = {"earlier": earlier, "later": later}
    return render(request, "experiments/run.html", context | neighbours)


@require_POST
def look_again(request: HttpRequest, run_id: int) -> HttpResponse:
    """Looks for the run's document once more and shows the run."""
    try:
        run = run_get(user=request.user, run_id=run_id)
        TrainingCacheService().cache_training_history(run)
    except (RunNotFound, StoreAway):
        pass
    return redirect("experiments:run", run_id=run_id)


def _context(view: RunView, store_away: str) -> dict[str, object]:
    run = view.run
    context: dict[str, object] = {
        "run": run,
        "view": view,
        "facts": facts(view),
        "params": params_rows(view),
        "absent": absent(view),
        "status_word": status_word(view),
        "store_away": store_away,
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
        "folder_url": place_url(run.gcs_artifacts_path.rstrip("/") + "/"),
        "stopped": stopped(view),
        "snapshot": snapshot(view, timezone.now()),
        "sampling": view.history.get("sampling") or {},
    }
