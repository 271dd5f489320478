"""The call that compares runs: asked by a body, or by an address, as pages do."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from ml_platform.experiments.api.answers import answer_of_pieces, as_json
from ml_platform.experiments.api.schemas import Answer, Comparison, Refusal
from ml_platform.experiments.deflated import Deflated
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
    told = as_json({"success": True, **found.told, "runs": []})
    head, tail = told.removesuffix("]}"), "]}"
    pieces: list[str | Deflated] = [head]
    for run, curves in zip(found.runs, found.curves, strict=True):
        pieces += [as_json(run).removesuffix("}") + ",", curves, "},"]
    pieces[-1] = "}" + tail
    return answer_of_pieces(request, pieces)
