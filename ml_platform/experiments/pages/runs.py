"""The list of runs; everything that can be set lives in the address."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from ml_platform.experiments.exports import runs_csv
from ml_platform.experiments.pages.run_links import SPANS, run_links
from ml_platform.experiments.presenters.run_columns import (
    COLUMNS,
    Column,
    columns_chosen,
)
from ml_platform.experiments.presenters.run_rows import run_rows
from ml_platform.experiments.selectors.run_list import (
    MAX_PAGE_SIZE,
    RunPage,
    RunQuery,
    run_list,
)
from ml_platform.experiments.selectors.visible import User, runs_visible
from ml_platform.experiments.storable import storable_text

MOST_EXPORTED = 10_000
_MAX_CHARACTERS = 200
_COLUMNS_KEY = "run_list_columns"


@require_safe
def run_list_page(request: HttpRequest) -> HttpResponse:
    """Shows a page of runs; a value that makes no sense falls back to its default."""
    page = run_list(user=request.user, query=_query(request))
    columns = columns_chosen(request.session.get(_COLUMNS_KEY, ()))
    context = _context(request.user, page, columns)
    return render(request, "experiments/run_list.html", context)


@require_POST
def columns_choose(request: HttpRequest) -> HttpResponse:
    """Keeps the chosen columns for this user's session and shows the list again."""
    if request.POST.get("usual"):
        request.session.pop(_COLUMNS_KEY, None)
    else:
        chosen = columns_chosen(request.POST.getlist("columns"))
        request.session[_COLUMNS_KEY] = [column.key for column in chosen]
    following = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(following, allowed_hosts=None)
    return redirect(following if is_ours else "experiments:list")


@require_safe
def run_list_csv(request: HttpRequest) -> HttpResponse:
    """Exports every run that matches, not only the page, with full values."""
    query = replace(_query(request), page=1, page_size=MOST_EXPORTED)
    page = run_list(user=request.user, query=query)
    columns = columns_chosen(request.session.get(_COLUMNS_KEY, ()))
    response = HttpResponse(
        runs_csv(page.runs, columns), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="runs.csv"'
    return response


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


def _context(user: User, page: RunPage, columns: list[Column]) -> dict[str, Any]:
    runs = runs_visible(user=user).order_by()
    rows = run_rows(page.runs, columns)
    return {
        "section": "runs",
        "page": page,
        "rows": rows,
        "links": run_links(page, rows, columns),
        "columns": columns,
        "all_columns": COLUMNS,
        "models": _distinct(runs, "model_type"),
        "splits": _distinct(runs, "split"),
        "spans": SPANS,
    }


def _distinct(runs: Any, column: str) -> list[str]:
    values = runs.exclude(**{column: ""}).values_list(column, flat=True).distinct()
    return sorted(values[:20])
