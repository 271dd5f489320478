"""The call that compares runs."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from ml_platform.experiments.api.answers import answer_of_text, as_json
from ml_platform.experiments.api.schemas import Answer, Comparison, Refusal
from ml_platform.experiments.selectors.comparison import comparison_get

router = Router(tags=["compare"])


@router.post(
    "/experiments/compare/",
    response={200: Answer, 400: Refusal, 401: Refusal, 404: Refusal},
)
def compare(request: HttpRequest, body: Comparison) -> HttpResponse:
    """Compares 2 to 20 runs: what differs, finals, best epochs and curves."""
    found = comparison_get(user=request.user, ids=body.ids)
    runs = [
        as_json(run, **curves)
        for run, curves in zip(found.runs, found.curves, strict=True)
    ]
    told = {"success": True, **found.told}
    return answer_of_text(as_json(told, runs=f"[{','.join(runs)}]"))
