"""The call that compares runs."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from ml_platform.experiments.api.answers import answer
from ml_platform.experiments.api.schemas import Answer, Comparison, Refusal
from ml_platform.experiments.selectors.comparison import comparison_get

router = Router(tags=["compare"])


@router.post(
    "/experiments/compare/",
    response={200: Answer, 400: Refusal, 401: Refusal, 404: Refusal},
)
def compare(request: HttpRequest, body: Comparison) -> HttpResponse:
    """Compares 2 to 20 runs: what differs, finals, best epochs and curves."""
    return answer(comparison_get(user=request.user, ids=body.ids))
