"""Where on Vertex AI, as whom, and what its refusals mean in one line each."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pipelines.errors import TracklessError

SCOPE = "https://www.googleapis.com/auth/cloud-platform"


@dataclass(frozen=True)
class VertexTarget:
    """Where to submit.

    Attributes:
        project: Google Cloud project id.
        region: Such as `europe-west1`.
        api_endpoint: Another endpoint than Google's; "" for Google's.
        credentials: Other credentials than the environment's.
    """

    project: str
    region: str
    api_endpoint: str = ""
    credentials: Any = None


def with_credentials(target: VertexTarget) -> VertexTarget:
    """The target with the environment's credentials, where it has none.

    Raises:
        TracklessError: The environment has none either.
    """
    import google.auth
    from google.auth.exceptions import DefaultCredentialsError

    if target.credentials is not None:
        return target
    try:
        credentials, _ = google.auth.default([SCOPE])
    except DefaultCredentialsError as error:
        raise TracklessError(
            "no Google credentials; run `gcloud auth application-default login`, or "
            "set GOOGLE_APPLICATION_CREDENTIALS to a service account's key."
        ) from error
    return replace(target, credentials=credentials)


@contextlib.contextmanager
def told(target: VertexTarget, permission: str) -> Iterator[None]:
    """Turns what Google's clients and their transport raise into one line."""
    from google.api_core.exceptions import GoogleAPIError
    from google.auth.exceptions import GoogleAuthError

    try:
        yield
    except (GoogleAPIError, GoogleAuthError, OSError) as error:
        raise _refused(error, target, permission) from error


def _refused(error: Exception, target: VertexTarget, permission: str) -> TracklessError:
    code = getattr(error, "code", None)
    status = getattr(code, "value", code)
    said = getattr(error, "message", None) or type(error).__name__
    where = f"Vertex AI, project {target.project}, {target.region}"
    if status == 403:
        remedy = (
            f"Check --project, and grant the submitter {permission} and act-as on the "
            "service account."
        )
    elif status == 404:
        remedy = "Check --project and --region, and that the Vertex AI API is enabled."
    elif status in (429, 503, 504, None):
        remedy = "Submit again: the same job name finds a job that was created."
    else:
        remedy = "See `trackless submit --dry-run` for the request."
    quoted = json.dumps(str(said)[:300])
    return TracklessError(f"{where} answered {status or 'nothing'}: {quoted}. {remedy}")
