"""The compare page: the runs of the address, charts fetch the rest from the API."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def compare_page(request: HttpRequest) -> HttpResponse:
    """Shows the runs named in `ids`."""
    return render(request, "experiments/compare.html", {"section": "compare"})
