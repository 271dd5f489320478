"""Many runs at once: leaderboard, scatter and heat map, three views of one choice.

Model type, evaluation protocol and metric live in the address and go along from view to
view; a value that makes no sense falls back to the usual one.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ml_platform.experiments.pages.compare import curves_url
from ml_platform.experiments.presenters.finals import Metric, metric_names, metric_of
from ml_platform.experiments.presenters.protocols import protocol_words
from ml_platform.experiments.presenters.rankings import board_heads, board_rows
from ml_platform.experiments.presenters.scatter import scatter
from ml_platform.experiments.selectors.rankings import (
    MOST_POINTS,
    Peers,
    best_runs,
    board_get,
    names_known,
    peers_list,
    points_get,
)

_VIEWS = (
    ("leaderboard", "Leaderboard"),
    ("scatter", "Scatter"),
    ("heatmap", "Heat map"),
)
_USUAL = ("test_recall_at_10", "test_auc_roc", "test_rmse", "best_val_loss")
_USUAL_PARAM = "learning_rate"


@dataclass(frozen=True)
class Chosen:
    """What the address chooses among what there is."""

    all_peers: list[Peers]
    peers: Peers
    metrics: list[str]
    metric: Metric
    params: list[str]
    param: str

    def address(self, view: str, **changes: Any) -> str:
        """Returns a view's address with the same choice, but for the changes."""
        told = {"model": self.peers.model, "protocol": self.peers.key}
        told |= {"metric": self.metric.name} | changes
        return f"{reverse(f'experiments:{view}')}?{urlencode(told)}"


@require_safe
def leaderboard_page(request: HttpRequest) -> HttpResponse:
    """Ranks the peers by one metric."""
    chosen = _chosen(request)
    if chosen is None:
        return _nothing(request, "leaderboard")
    worst_first = request.GET.get("order") == "worst"
    board = board_get(
        user=request.user,
        peers=chosen.peers,
        measure=chosen.metric,
        worst_first=worst_first,
        page=_page(request),
    )
    order = {"order": "worst"} if worst_first else {}
    turn = [
        (word, chosen.address("leaderboard", page=page, **order))
        for word, page in (("Previous", board.page - 1), ("Next", board.page + 1))
        if 1 <= page <= board.page_count
    ]
    heads = board_heads(chosen.metrics, chosen.metric, worst_first, chosen.address)
    context = {
        "board": board,
        "heads": heads,
        "rows": board_rows(board, chosen.metric, [head.metric for head in heads]),
        "without": chosen.peers.count - board.count,
        "compared": ",".join(str(row.run.pk) for row in board.rows[:5]),
        "compared_count": len(board.rows[:5]),
        "turn": turn,
        "worst_first": worst_first,
    }
    return _answer(request, "leaderboard", chosen, context)


@require_safe
def scatter_page(request: HttpRequest) -> HttpResponse:
    """Draws the metric against one parameter."""
    chosen = _chosen(request)
    if chosen is None:
        return _nothing(request, "scatter")
    rows = points_get(user=request.user, peers=chosen.peers, measure=chosen.metric)
    picture = scatter(rows, chosen.metric, chosen.param, request.GET.get("scale", ""))
    context = {
        "picture": picture,
        "scales": [
            (kind, chosen.address("scatter", param=chosen.param, scale=kind))
            for kind in ("linear", "log")
            if len(picture.kinds) > 1
        ],
        "most": MOST_POINTS if len(rows) == MOST_POINTS else None,
    }
    return _answer(request, "scatter", chosen, context)


@require_safe
def heat_page(request: HttpRequest) -> HttpResponse:
    """Shows the validation loss of the best peers by epoch."""
    chosen = _chosen(request)
    if chosen is None:
        return _nothing(request, "heatmap")
    runs = best_runs(user=request.user, peers=chosen.peers)
    best = metric_of("best_val_loss")
    context = {
        "best_runs": [(run, best.show(run.best_val_loss)) for run in runs],
        "curves_url": curves_url(run.pk for run in runs),
    }
    return _answer(request, "heatmap", chosen, context)


def _chosen(request: HttpRequest) -> Chosen | None:
    """Returns the choice, None where no run was evaluated yet."""
    all_peers = peers_list(user=request.user)
    if not all_peers:
        return None
    told = request.GET
    of_model = [p for p in all_peers if p.model == told.get("model")] or [
        p for p in all_peers if p.model == all_peers[0].model
    ]
    peers = next((p for p in of_model if p.key == told.get("protocol")), of_model[0])
    finals, params = names_known(user=request.user, peers=peers)
    metrics = metric_names(finals)
    usual = next(name for name in _USUAL if name in metrics)
    metric = told.get("metric", "")
    names = sorted({name for one in params for name in one})
    usual_param = _USUAL_PARAM if _USUAL_PARAM in names else next(iter(names), "")
    param = told.get("param", "")
    return Chosen(
        all_peers,
        peers,
        metrics,
        metric_of(metric if metric in metrics else usual),
        names,
        param if param in names else usual_param,
    )


def _answer(
    request: HttpRequest, view: str, chosen: Chosen, context: dict[str, Any]
) -> HttpResponse:
    models = dict.fromkeys(peers.model for peers in chosen.all_peers)
    told = {
        "section": "leaderboard",
        "chosen": chosen,
        "protocol": _words(chosen.peers),
        "views": [(word, chosen.address(v), v == view) for v, word in _VIEWS],
        "models": list(models),
        "protocols": [
            (peers.key, f"{_words(peers)} ({peers.count:,} runs)")
            for peers in chosen.all_peers
            if peers.model == chosen.peers.model
        ],
        "metrics": [(name, metric_of(name).word) for name in chosen.metrics],
    }
    return render(request, f"experiments/{view}.html", told | context)


def _nothing(request: HttpRequest, view: str) -> HttpResponse:
    context = {"section": "leaderboard", "word": dict(_VIEWS)[view]}
    return render(request, "experiments/no_rankings.html", context)


def _words(peers: Peers) -> str:
    return protocol_words(peers.split, peers.candidates, peers.k_counts)


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "")
    return (
        max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1
    )
