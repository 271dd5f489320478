"""The compare page and its download: the runs of the address, `ids=1,2`.

Its charts fetch the API's answer.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ml_platform.experiments.exports import runs_csv
from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.presenters.compare import (
    finals_compared,
    key_rows,
    params_rows,
    protocols_told,
    sampled_runs,
)
from ml_platform.experiments.presenters.run_columns import columns_offered
from ml_platform.experiments.selectors.comparison import (
    MOST_RUNS,
    protocol_key,
    runs_to_compare,
    warnings,
)


@require_safe
def compare_page(request: HttpRequest) -> HttpResponse:
    """Shows the runs named in `ids`; those that cannot be seen are left out."""
    ids = _ids(request)
    runs = runs_to_compare(user=request.user, ids=ids)
    context: dict[str, Any] = {"section": "compare", "runs": runs, "asked": len(ids)}
    if len(runs) > 1:
        context |= _context(runs, request.GET.get("baseline", ""))
    return render(request, "experiments/compare.html", context)


@require_safe
def compare_csv(request: HttpRequest) -> HttpResponse:
    """Exports the runs, a line each, with every final metric and parameter in full."""
    runs = runs_to_compare(user=request.user, ids=_ids(request))
    finals = {name for run in runs for name in run.final_metrics}
    params = {name for run in runs for name in run.params}
    response = HttpResponse(
        runs_csv(runs, columns_offered([], finals, params)),
        content_type="text/csv; charset=utf-8",
    )
    response.headers["Content-Disposition"] = 'attachment; filename="compare.csv"'
    return response


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
        "sampled": sampled_runs(keys),
        "warnings": warnings(runs)[len({protocol_key(run) for run in runs}) > 1 :],
        "columns": 1 + 2 * len(keys),
        "params_count": len(differ) + len(same),
        "finals": finals_compared(keys),
        "differ": differ,
        "same": same,
    }


def _ids(request: HttpRequest) -> list[int]:
    parts = dict.fromkeys(p.strip() for p in request.GET.get("ids", "").split(","))
    numbers = [p for p in parts if p.isascii() and p.isdigit() and len(p) < 19]
    return [int(number) for number in numbers[:MOST_RUNS]]
