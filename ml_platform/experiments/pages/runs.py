"""The list of runs; everything that can be set lives in the address."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from ml_platform.experiments.exports import runs_csv
from ml_platform.experiments.models import LastNotification
from ml_platform.experiments.pages.run_links import (
    SPANS,
    columns_named,
    columns_text,
    link_without,
    orderings,
    run_links,
)
from ml_platform.experiments.presenters.run_columns import (
    Column,
    columns_chosen,
    columns_offered,
)
from ml_platform.experiments.presenters.run_rows import run_rows
from ml_platform.experiments.selectors.run_list import (
    MAX_PAGE_SIZE,
    RunPage,
    RunQuery,
    most_excluding,
    names_of_newest,
    run_list,
)
from ml_platform.experiments.selectors.visible import runs_visible
from ml_platform.experiments.storable import storable_text

MOST_EXPORTED = 10_000
PAGE_SIZES = (25, 50, 100)
_MAX_CHARACTERS = 300
_MOST_COLUMNS = 60
_FROM_MLFLOW = """python manage.py mlflow_exit inventory \\
  --source http://mlflow.internal:5000"""
_COLUMNS_KEY = "run_list_columns"


@require_safe
def run_list_page(request: HttpRequest) -> HttpResponse:
    """Shows a page of runs; a value that makes no sense falls back to its default."""
    page = run_list(user=request.user, query=_query(request), by_status=True)
    if not page.total:
        heard = LastNotification.newest()
        context: dict[str, Any] = {"section": "runs", "page": page, "heard": heard}
        if apps.is_installed("ml_platform.mlflow_exit"):
            context["from_mlflow"] = _FROM_MLFLOW
        return render(request, "experiments/run_list.html", context)
    return render(request, "experiments/run_list.html", _context(request, page))


@require_POST
def columns_choose(request: HttpRequest) -> HttpResponse:
    """Keeps the chosen columns, in their order, and shows the list with them.

    They stay with this user's session, and in the address that can be shared.
    """
    following = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(following, allowed_hosts=None):
        following = reverse("experiments:list")
    parts = urlsplit(following)
    told = [pair for pair in parse_qsl(parts.query) if pair[0] != "columns"]
    if request.POST.get("usual"):
        request.session.pop(_COLUMNS_KEY, None)
    else:
        keys = [key[:_MAX_CHARACTERS] for key in request.POST.getlist("columns")]
        chosen = [column.key for column in columns_chosen(keys[:_MOST_COLUMNS])]
        request.session[_COLUMNS_KEY] = chosen
        told.append(("columns", columns_text(chosen)))
    moved = request.POST.get("moved", "")[:_MAX_CHARACTERS]
    query, mark = urlencode(told), f"#column-{quote(moved, safe='')}" if moved else ""
    return redirect(f"{parts.path}{f'?{query}' if query else ''}{mark}")


@require_safe
def run_list_csv(request: HttpRequest) -> HttpResponse:
    """Exports every run that matches, not only the page, with full values."""
    query = replace(_query(request), page=1, page_size=MOST_EXPORTED)
    page = run_list(user=request.user, query=query)
    response = HttpResponse(
        runs_csv(page.runs, _columns(request)), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="runs.csv"'
    return response


def _columns(request: HttpRequest) -> list[Column]:
    """Returns the columns that the address names, else those kept for the user."""
    told = columns_named(storable_text(request.GET.get("columns", "")))
    return columns_chosen(told[:_MOST_COLUMNS] or request.session.get(_COLUMNS_KEY, ()))


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


def _context(request: HttpRequest, page: RunPage) -> dict[str, Any]:
    runs = runs_visible(user=request.user).order_by()
    columns = _columns(request)
    told = columns_text(c.key for c in columns) if request.GET.get("columns") else ""
    rows = run_rows(page.runs, columns)
    context = {
        "section": "runs",
        "page": page,
        "rows": rows,
        "links": run_links(page, rows, columns, told),
        "columns": columns,
        "columns_told": told,
        "all_columns": columns_offered(columns, *names_of_newest(user=request.user)),
        "models": _distinct(runs, "model_type"),
        "splits": _distinct(runs, "split"),
        "spans": SPANS,
        "page_sizes": PAGE_SIZES,
        "orderings": orderings(page.query),
    }
    if not rows:
        name, count = most_excluding(user=request.user, query=page.query)
        if name:
            context["excluding"] = link_without(page.query, name, told, count)
    return context


def _distinct(runs: Any, column: str) -> list[str]:
    values = runs.exclude(**{column: ""}).values_list(column, flat=True).distinct()
    return sorted(values[:20])
