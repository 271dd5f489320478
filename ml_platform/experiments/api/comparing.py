"""The call that compares runs: asked by a body, or by an address, as pages do."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from ml_platform.experiments.api.answers import answer_of_text, as_json
from ml_platform.experiments.api.schemas import Answer, Comparison, Refusal
from ml_platform.experiments.selectors.comparison import comparison_get

router = Router(tags=["compare"])
PATH = "/experiments/compare/"
ANSWERS = {200: Answer, 400: Refusal, 401: Refusal, 404: Refusal}


@router.post(PATH, response=ANSWERS)
def compare(request: HttpRequest, body: Comparison) -> HttpResponse:
    """Compares 2 to 20 runs: what differs, finals, best epochs and curves."""
    return _answer(request, body)


@router.get(PATH, response=ANSWERS)
def compare_by_address(request: HttpRequest, query: Query[Comparison]) -> HttpResponse:
    """The same, with an `ids=` for each run: a browser can fetch it with the page."""
    return _answer(request, query)


def _answer(request: HttpRequest, asked: Comparison) -> HttpResponse:
    found = comparison_get(user=request.user, ids=asked.ids)
    runs = [
        as_json(run, **curves)
        for run, curves in zip(found.runs, found.curves, strict=True)
    ]
    told = {"success": True, **found.told}
    return answer_of_text(as_json(told, runs=f"[{','.join(runs)}]"))
