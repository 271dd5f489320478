"""Calls to Google's management APIs, through Google's own client.

Reading is asked again where that can help; a change is made once, and whoever makes it
looks what came of it. `TRACKLESS_GOOGLE_ENDPOINT` of Django's settings puts another
server in Google's place, without credentials: each API below its own name.
"""

from collections.abc import Iterator
from functools import cache
from time import sleep
from typing import Any

from django.conf import settings

from ml_platform.mlflow_exit.teardown.errors import (
    GoogleAway,
    GoogleConflict,
    GoogleDenied,
    GoogleMissing,
    GoogleRefused,
    ListingFailed,
    TeardownError,
)

Json = dict[str, Any]

ANSWER_SECONDS = 60
PAUSES_SECONDS = (1, 2, 4, 8, 16)
_SERVICE_PATHS = {"storage": "storage/v1/", "bigquery": "bigquery/v2/"}
_SCOPE = "https://www.googleapis.com/auth/cloud-platform"


class Google:
    """One project's APIs."""

    def __init__(self, project: str) -> None:
        self.project = project
        self.parent = f"projects/{project}"

    def api(self, name: str, version: str, path: str) -> Any:
        """Returns a collection of an API.

        Args:
            name: like `run`.
            version: like `v2`.
            path: like `projects.locations.services`.
        """
        endpoint = getattr(settings, "TRACKLESS_GOOGLE_ENDPOINT", "")
        return _collection(name, version, endpoint, path)

    def answer(self, request: Any) -> Json:
        """Returns the answer of a request that may be made twice.

        It changes nothing, or the same thing the second time.

        Raises:
            GoogleMissing, GoogleDenied, GoogleRefused: Google said so.
            GoogleAway: It did not answer, asked again in growing pauses.
        """
        for pause in PAUSES_SECONDS:
            try:
                return change(request)
            except GoogleAway as error:
                sleep(error.retry_after_seconds or pause)
        return change(request)

    def look(self, request: Any) -> Json | None:
        """Returns a resource as it is now, None where Google says it is not there."""
        try:
            return self.answer(request)
        except GoogleMissing:
            return None

    def listed(
        self, what: str, collection: Any, field: str, **asked: Any
    ) -> list[Json]:
        """Returns all pages of a list.

        Args:
            what: names the listing in an error.
            collection: the client's collection, which has `list` and `list_next`.
            field: of the answer, that holds the rows.
            asked: the parameters of `list`.

        Raises:
            ListingFailed: A page did not come; it never means that nothing is there.
        """
        try:
            return list(self._rows(collection, field, asked))
        except TeardownError as error:
            raise ListingFailed(what, str(error)) from error

    def _rows(self, collection: Any, field: str, asked: Json) -> Iterator[Json]:
        request = collection.list(**asked)
        while request is not None:
            answer = self.answer(request)
            # Google answers with half a list where a region is away, and says so.
            away = answer.get("unreachable") or answer.get("warnings")
            if away:
                raise GoogleAway(request.methodId, f"half a list: {away}")
            yield from answer.get(field, [])
            following = getattr(collection, "list_next", None)
            request = following(request, answer) if following else None


def change(request: Any) -> Json:
    """Makes one request, once.

    Raises:
        GoogleMissing: 404.
        GoogleDenied: 401 or 403.
        GoogleConflict: 409 or 412: it changed since it was looked at, or is busy.
        GoogleAway: 429, 5xx or no answer: whether it was done is unknown.
        GoogleRefused: Anything else.
    """
    import httplib2
    from google.auth.exceptions import GoogleAuthError
    from googleapiclient.errors import HttpError

    method = request.methodId
    try:
        return request.execute() or {}
    except HttpError as error:
        raise _told(method, error) from error
    except GoogleAuthError as error:
        remedy = "log in with `gcloud auth application-default login`"
        raise GoogleDenied(method, f"{error}; {remedy}") from error
    except (OSError, httplib2.HttpLib2Error) as error:
        raise GoogleAway(method, f"{type(error).__name__}: {error}") from error


def _told(method: str, error: Any) -> TeardownError:
    status, text = error.status_code, f"{error.status_code} {error.reason}"
    if status == 404:
        return GoogleMissing(method, text)
    if status in (401, 403):
        return GoogleDenied(method, text)
    if status in (409, 412):
        return GoogleConflict(method, text)
    if status == 429 or status >= 500:
        wait = str(error.resp.get("retry-after", ""))
        return GoogleAway(method, text, int(wait) if wait.isdigit() else 0)
    return GoogleRefused(method, text)


@cache
def _collection(name: str, version: str, endpoint: str, path: str) -> Any:
    """Google's client makes a collection, with all its methods, anew when asked."""
    found = _client(name, version, endpoint)
    for part in path.split("."):
        found = getattr(found, part)()
    return found


@cache
def _client(name: str, version: str, endpoint: str) -> Any:
    import google.auth
    import httplib2
    from google_auth_httplib2 import AuthorizedHttp
    from googleapiclient.discovery import build

    http: Any = httplib2.Http(timeout=ANSWER_SECONDS)
    options: Json = {}
    if endpoint:
        path = f"{endpoint}/{name}/{_SERVICE_PATHS.get(name, '')}"
        options["client_options"] = {"api_endpoint": path}
    else:
        try:
            credentials, _ = google.auth.default(scopes=[_SCOPE])
        except google.auth.exceptions.DefaultCredentialsError as error:
            remedy = "log in with `gcloud auth application-default login`"
            raise GoogleDenied(name, f"no credentials; {remedy}") from error
        http = AuthorizedHttp(credentials, http=http)
    return build(name, version, static_discovery=True, http=http, **options)
