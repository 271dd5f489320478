"""The API object: its parts, its authentication, and how refusals are told."""

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import SessionAuth

from ml_platform.experiments.api import comparing, running, writing
from ml_platform.experiments.api.answers import refusal
from ml_platform.experiments.api.auth import TokenAuth
from ml_platform.experiments.errors import (
    BodyTooLarge,
    DatabaseAway,
    ExperimentsError,
    RequestRefused,
)

logger = logging.getLogger(__name__)


class _Api(NinjaAPI):
    """An API whose addresses lie in the app's namespace."""

    def get_root_path(self, path_params: dict[str, Any]) -> str:
        """Returns the prefix of every path in the description."""
        return reverse("experiments:experiments-api:api-root", kwargs=path_params)


api = _Api(
    title="Trackless",
    version="1.0",
    description="Runs, their training history, and how a pipeline announces them.",
    urls_namespace="experiments-api",
    docs_url=None,
    auth=[TokenAuth(), SessionAuth()],
)
api.add_router("", writing.router)
api.add_router("", comparing.router)
api.add_router("", running.router)


@api.exception_handler(ExperimentsError)
def _on_our_error(request: HttpRequest, error: ExperimentsError) -> HttpResponse:
    told = {"method": request.method, "path": request.path}
    told |= {"status": error.status, "code": error.code}
    logger.info("%s %s: %s %s", *told.values(), extra=told)
    return refusal(error.code, str(error), error.status)


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def _on_database_away(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("database away: %s", type(error).__name__, exc_info=error)
    return _on_our_error(
        request, DatabaseAway("the database did not answer; try again")
    )


@api.exception_handler(ValidationError)
def _on_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    problems = "; ".join(
        f"{'.'.join(str(part) for part in problem['loc'][1:])}: {problem['msg']}"
        for problem in error.errors[:10]
    )
    return _on_our_error(
        request, RequestRefused(problems or "the request is not valid")
    )


@api.exception_handler(AuthenticationError)
def _on_stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return refusal("not_authenticated", "log in, or sign the request", 401)


@api.exception_handler(RequestDataTooBig)
def _on_large_body(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return _on_our_error(request, BodyTooLarge("the body is over the limit"))


@api.exception_handler(TooManyFieldsSent)
def _on_many_fields(request: HttpRequest, error: TooManyFieldsSent) -> HttpResponse:
    return _on_our_error(request, RequestRefused("the address names too many fields"))


@api.exception_handler(Http404)
def _on_missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return nothing_here(request)


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    """Refuses, in the one shape, every address below the API's that is no call's."""
    return refusal("not_found", "nothing lives at this address", 404)


@api.exception_handler(HttpError)
def _on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    code = {400: "bad_request", 403: "forbidden", 405: "method_not_allowed"}
    return refusal(
        code.get(error.status_code, "refused"), str(error), error.status_code
    )
