"""Calls that read: the list, a run, its history, histograms and downloads."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from ml_platform.experiments.api.answers import (
    answer,
    answer_of_text,
    as_json,
    unless_unchanged,
)
from ml_platform.experiments.api.rows import run_row, run_rows
from ml_platform.experiments.api.schemas import (
    Answer,
    Refusal,
    RunListQuery,
    SeriesQuery,
)
from ml_platform.experiments.exports import download_name, series_csv
from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.selectors.histories import (
    document_get,
    histograms_get,
    history_get,
    history_text_get,
)
from ml_platform.experiments.selectors.run_list import RunQuery, run_list
from ml_platform.experiments.selectors.visible import run_get
from training_metrics.writing import to_bytes

router = Router(tags=["runs"])
ANSWERS = {200: Answer, 400: Refusal, 401: Refusal, 404: Refusal}
CSV = {"content": {"text/csv": {"schema": {"type": "string"}}}}
# Said by the server that runs Django, before anything of the API is asked.
TOO_LONG = {
    "description": "The address is longer than the server takes (gunicorn: 8,190).",
    "content": {"text/html": {"schema": {"type": "string"}}},
}
FROM_STORE = {**ANSWERS, 403: Refusal, 410: Refusal, 422: Refusal, 503: Refusal}


@router.get(
    "/quick-tests/",
    response=ANSWERS,
    openapi_extra={"responses": {414: TOO_LONG}},
)
def quick_test_list(request: HttpRequest, query: Query[RunListQuery]) -> HttpResponse:
    """Lists runs, newest first unless `ordering` says otherwise."""
    page = run_list(user=request.user, query=RunQuery(**query.dict()))
    return answer(
        {
            "quick_tests": run_rows(page.runs),
            "page": page.query.page,
            "page_size": page.query.page_size,
            "page_count": page.page_count,
            "count": page.matching,
            "total": page.total,
            "counts_exact": page.counts_exact,
        }
    )


@router.get("/quick-tests/{int:run_id}/", response=ANSWERS)
def quick_test_detail(request: HttpRequest, run_id: int) -> HttpResponse:
    """Returns one run."""
    run = run_get(user=request.user, run_id=run_id)
    return answer({"quick_test": run_row(run)})


@router.get("/quick-tests/{int:run_id}/training-history/", response=FROM_STORE)
def training_history(request: HttpRequest, run_id: int) -> HttpResponse:
    """Returns the run's cached history; looks in the store where none is cached."""
    run, text = history_text_get(user=request.user, run_id=run_id)
    told = {"success": True, "source": "cache"}
    digest = run.cached_sha256
    if not text:
        run = run_get(user=request.user, run_id=run_id)
        history, told["source"] = history_get(run=run)
        digest = run.cached_sha256 if history.get("available") else ""
        text = as_json(history)
    kind = "history-pruned" if run.pruned_at else "history"
    return unless_unchanged(
        request,
        digest and f"{kind}-{digest}",
        lambda: answer_of_text(as_json(told, training_history=text)),
    )


@router.get("/quick-tests/{int:run_id}/histogram-data/", response=FROM_STORE)
def histogram_data(request: HttpRequest, run_id: int) -> HttpResponse:
    """Returns every tower's histograms, at full resolution, from the document."""
    run = run_get(user=request.user, run_id=run_id)
    return unless_unchanged(
        request,
        _document_digest(run, "histograms"),
        lambda: _histograms(run),
    )


@router.get("/quick-tests/{int:run_id}/training-metrics.json", response=FROM_STORE)
def training_metrics_json(request: HttpRequest, run_id: int) -> HttpResponse:
    """Downloads the whole document."""
    run = run_get(user=request.user, run_id=run_id)
    return unless_unchanged(
        request,
        _document_digest(run, "document"),
        lambda: _download(
            to_bytes(document_get(run=run)),
            "application/json",
            download_name(run, "json"),
        ),
    )


@router.get(
    "/quick-tests/{int:run_id}/training-metrics.csv",
    response=FROM_STORE | {200: None},
    openapi_extra={"responses": {200: CSV, 414: TOO_LONG}},
)
def training_metrics_csv(
    request: HttpRequest, run_id: int, query: Query[SeriesQuery]
) -> HttpResponse:
    """Downloads scalar series, a line an epoch: all, or those that `series` names."""
    run = run_get(user=request.user, run_id=run_id)
    return unless_unchanged(
        request,
        _document_digest(run, "csv"),
        lambda: _download(
            series_csv(document_get(run=run), only=query.series).encode(),
            "text/csv; charset=utf-8",
            download_name(run, "csv"),
        ),
    )


def _histograms(run: QuickTest) -> HttpResponse:
    epochs, histograms = histograms_get(run=run)
    told = {"success": True, "epochs": epochs}
    return answer_of_text(as_json(told, histogram_data=histograms))


def _document_digest(run: QuickTest, kind: str) -> str:
    """Returns what names the answer; empty where there is no document to make it of."""
    there = run.cached_sha256 and not run.pruned_at
    return f"{kind}-{run.cached_sha256}" if there else ""


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
