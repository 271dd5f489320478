"""The compare page: the runs of the address; its charts fetch the API's answer."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.presenters.compare import (
    finals_compared,
    key_rows,
    params_rows,
    protocols_told,
)
from ml_platform.experiments.selectors.comparison import (
    MOST_RUNS,
    protocol_key,
    runs_to_compare,
    warnings,
)


@require_safe
def compare_page(request: HttpRequest) -> HttpResponse:
    """Shows the runs named in `ids`; those that cannot be seen are left out."""
    ids = [int(part) for part in _digits(request.GET.get("ids", ""))][:MOST_RUNS]
    runs = runs_to_compare(user=request.user, ids=ids)
    context: dict[str, Any] = {"section": "compare", "runs": runs, "asked": len(ids)}
    if len(runs) > 1:
        context |= _context(runs, request.GET.get("baseline", ""))
    return render(request, "experiments/compare.html", context)


def curves_url(ids: Iterable[int]) -> str:
    """Returns the address of the API's answer that holds the curves of these runs."""
    address = reverse("experiments:experiments-api:compare")
    return f"{address}?{urlencode({'ids': list(ids)}, doseq=True)}"


def _context(runs: list[QuickTest], wanted: str) -> dict[str, Any]:
    baseline = next((run for run in runs if str(run.pk) == wanted), runs[0])
    keys = key_rows(runs, baseline)
    differ, same = params_rows(keys)
    return {
        "keys": keys,
        "ids": ",".join(str(run.pk) for run in runs),
        "curves_url": curves_url(run.pk for run in runs),
        "baseline": baseline,
        "baseline_letter": next(key.letter for key in keys if key.baseline),
        "others": [key for key in keys if key.differs],
        "protocols": protocols_told(keys),
        "warnings": warnings(runs)[len({protocol_key(run) for run in runs}) > 1 :],
        "columns": 1 + 2 * len(keys),
        "params_count": len(differ) + len(same),
        "finals": finals_compared(keys),
        "differ": differ,
        "same": same,
    }


def _digits(text: str) -> list[str]:
    parts = dict.fromkeys(part.strip() for part in text.split(","))
    return [p for p in parts if p.isascii() and p.isdigit() and len(p) < 19]
