"""The call that compares runs."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from ml_platform.experiments.api.answers import answer_of_pieces, as_json
from ml_platform.experiments.api.schemas import Answer, Comparison, Refusal
from ml_platform.experiments.deflated import Deflated
from ml_platform.experiments.selectors.comparison import comparison_get

router = Router(tags=["compare"])


@router.post(
    "/experiments/compare/",
    response={200: Answer, 400: Refusal, 401: Refusal, 404: Refusal},
)
def compare(request: HttpRequest, body: Comparison) -> HttpResponse:
    """Compares 2 to 20 runs: what differs, finals, best epochs and curves."""
    found = comparison_get(user=request.user, ids=body.ids)
    told = as_json({"success": True, **found.told, "runs": []})
    head, tail = told.removesuffix("]}"), "]}"
    pieces: list[str | Deflated] = [head]
    for run, curves in zip(found.runs, found.curves, strict=True):
        pieces += [as_json(run).removesuffix("}") + ",", curves, "},"]
    pieces[-1] = "}" + tail
    return answer_of_pieces(request, pieces)
