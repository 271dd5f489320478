"""The list of runs; everything that can be set lives in the address."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ml_platform.experiments.pages.run_links import SPANS, run_links
from ml_platform.experiments.presenters.run_rows import run_rows
from ml_platform.experiments.selectors.run_list import (
    MAX_PAGE_SIZE,
    RunPage,
    RunQuery,
    run_list,
)
from ml_platform.experiments.selectors.visible import User, runs_visible
from ml_platform.experiments.storable import storable_text

_MAX_CHARACTERS = 200


@require_safe
def run_list_page(request: HttpRequest) -> HttpResponse:
    """Shows a page of runs; a value that makes no sense falls back to its default."""
    page = run_list(user=request.user, query=_query(request))
    return render(request, "experiments/run_list.html", _context(request.user, page))


def _query(request: HttpRequest) -> RunQuery:
    text = {
        name: storable_text(request.GET.get(name, "")[:_MAX_CHARACTERS])
        for name in ("search", "status", "model", "split", "ordering")
    }
    return RunQuery(
        **(text | {"ordering": text["ordering"] or "-number"}),
        days=_whole(request, "days", 0, 3660),
        page=max(1, _whole(request, "page", 1, 10**6)),
        page_size=max(1, _whole(request, "page_size", 25, MAX_PAGE_SIZE)),
    )


def _whole(request: HttpRequest, name: str, default: int, most: int) -> int:
    text = request.GET.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        return default
    return min(int(text), most)


def _context(user: User, page: RunPage) -> dict[str, Any]:
    runs = runs_visible(user=user).order_by()
    rows = run_rows(page.runs)
    return {
        "section": "runs",
        "page": page,
        "rows": rows,
        "links": run_links(page, rows),
        "models": _distinct(runs, "model_type"),
        "splits": _distinct(runs, "split"),
        "spans": SPANS,
    }


def _distinct(runs: Any, column: str) -> list[str]:
    values = runs.exclude(**{column: ""}).values_list(column, flat=True).distinct()
    return sorted(values[:20])
