"""The one shape of every answer: `success`, and `error` with code and message."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response, patch_vary_headers

from ml_platform.experiments.deflated import Deflated, deflated, gzip_of, inflated


def answer(payload: dict[str, Any]) -> HttpResponse:
    """Returns a successful answer; NaN can never get into it."""
    return answer_of_text(as_json({"success": True, **payload}))


def answer_of_text(text: str) -> HttpResponse:
    """Returns a successful answer whose JSON is there already."""
    return HttpResponse(text, content_type="application/json")


def answer_of_pieces(
    request: HttpRequest, pieces: Sequence[str | Deflated]
) -> HttpResponse:
    """Returns a successful answer of JSON in pieces, some compressed already.

    Those are sent as they are to a caller who takes gzip.
    """
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        texts = (p.encode() if isinstance(p, str) else inflated(p) for p in pieces)
        response = HttpResponse(b"".join(texts), content_type="application/json")
    else:
        content = gzip_of(
            deflated(p.encode()) if isinstance(p, str) else p for p in pieces
        )
        response = HttpResponse(content, content_type="application/json")
        response.headers["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ("Accept-Encoding",))
    return response


def as_json(payload: dict[str, Any], **texts: str) -> str:
    """Returns an object as JSON, with further members that are JSON already.

    Args:
        payload: at least one member.
        texts: JSON texts by member name, which is ASCII without quotes.
    """
    told = json.dumps(
        payload, cls=DjangoJSONEncoder, allow_nan=False, separators=(",", ":")
    )
    more = "".join(f',"{name}":{text}' for name, text in texts.items())
    return f"{told[:-1]}{more}}}"


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
