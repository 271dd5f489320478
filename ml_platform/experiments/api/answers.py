"""The one shape of every answer: `success`, and `error` with code and message."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response


def answer(payload: dict[str, Any], status: int = 200) -> JsonResponse:
    """Returns a successful answer; NaN can never get into it."""
    return JsonResponse(
        {"success": True, **payload},
        status=status,
        json_dumps_params={"allow_nan": False, "separators": (",", ":")},
    )


def refusal(code: str, message: str, status: int) -> JsonResponse:
    """Returns a refusal of the one shape that callers parse."""
    return JsonResponse(
        {"success": False, "error": {"code": code, "message": message}}, status=status
    )


def unless_unchanged(
    request: HttpRequest, digest: str, build: Callable[[], HttpResponse]
) -> HttpResponse:
    """Builds an answer, or says 304 where the caller already has this digest."""
    etag = f'"{digest}"' if digest else None
    if etag and (unchanged := get_conditional_response(request, etag=etag)):
        return unchanged
    response = build()
    if etag:
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = "private, no-cache"
    return response
