"""Jobs on Vertex AI Pipelines, by Google's REST API and nothing else of Google's.

A job's name is fixed before the call (`trackless-<run>`), so a repeated start finds
the first job instead of starting a second one.
Source: https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.pipelineJobs
"""

import copy
from functools import lru_cache
from typing import Any

from ml_platform.experiments.errors import JobRefused, PlatformAway, TargetNotSetUp
from ml_platform.experiments.jobs.spec import pipeline_spec
from ml_platform.experiments.jobs.state import (
    CANCELLED,
    FAILED,
    GONE,
    PENDING,
    RUNNING,
    SUCCEEDED,
    JobState,
)
from ml_platform.experiments.options import vertex_option

_TIMEOUT_SECONDS = 30
_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_AWAY = frozenset({408, 429, 500, 502, 503, 504})
_STATES = {
    "PIPELINE_STATE_QUEUED": PENDING,
    "PIPELINE_STATE_PENDING": PENDING,
    "PIPELINE_STATE_RUNNING": RUNNING,
    "PIPELINE_STATE_CANCELLING": RUNNING,
    "PIPELINE_STATE_PAUSED": RUNNING,
    "PIPELINE_STATE_SUCCEEDED": SUCCEEDED,
    "PIPELINE_STATE_FAILED": FAILED,
    "PIPELINE_STATE_CANCELLED": CANCELLED,
}


def name_for(run_id: int) -> str:
    """Returns the name of the job of a run.

    Raises:
        TargetNotSetUp: The server is not told where to start jobs.
    """
    needed = ("project", "region", "pipeline_root")
    missing = [key for key in needed if not vertex_option(key)]
    if missing:
        names = ", ".join(f"TRACKLESS_VERTEX_{key.upper()}" for key in missing)
        raise TargetNotSetUp(f"Vertex AI is not set up on this server; set {names}")
    project, region = vertex_option("project"), vertex_option("region")
    parent = f"projects/{project}/locations/{region}"
    return f"{parent}/pipelineJobs/trackless-{run_id}"


def start(name: str, arguments: dict[str, Any]) -> None:
    """Creates the job, or finds it where an earlier call created it.

    Raises:
        JobRefused: Google refused; its sentence and the permission are in the text.
        PlatformAway: Google did not answer: the job may or may not be there.
    """
    parent, _, job_id = name.partition("/pipelineJobs/")
    path = f"{parent}/pipelineJobs?pipelineJobId={job_id}"
    status, said = _call("POST", path, request_body(job_id, arguments))
    if status not in (200, 409):
        raise _refused(status, said, "aiplatform.pipelineJobs.create and act-as")


def state(name: str) -> JobState:
    """Returns how the job stands, with Google's message where it failed."""
    status, said = _call("GET", name)
    if status == 404:
        return JobState(GONE, "Vertex AI has no such job any more")
    if status != 200:
        raise _refused(status, said, "aiplatform.pipelineJobs.get")
    message = str((said.get("error") or {}).get("message", ""))[:1000]
    return JobState(_STATES.get(str(said.get("state")), PENDING), message)


def cancel(name: str) -> None:
    """Asks Vertex AI to cancel the job."""
    status, said = _call("POST", f"{name}:cancel", {})
    if status != 200:
        raise _refused(status, said, "aiplatform.pipelineJobs.cancel")


def request_body(job_id: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Returns the body of `pipelineJobs.create`."""
    spec = copy.deepcopy(pipeline_spec())
    if prefix := vertex_option("images").rstrip("/"):
        for executor in spec["deploymentSpec"]["executors"].values():
            container = executor["container"]
            container["image"] = f"{prefix}/{container['image'].rpartition('/')[2]}"
    body = {
        "displayName": job_id,
        "pipelineSpec": spec,
        "runtimeConfig": {
            "gcsOutputDirectory": vertex_option("pipeline_root"),
            "parameterValues": arguments,
            "failurePolicy": "PIPELINE_FAILURE_POLICY_FAIL_SLOW",
        },
        "serviceAccount": vertex_option("service_account"),
        "network": vertex_option("network"),
    }
    return {key: value for key, value in body.items() if value}


def _call(method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
    import requests
    from google.auth.exceptions import GoogleAuthError

    url = f"{_endpoint()}/v1/{path}"
    try:
        answer = _session(_endpoint()).request(
            method, url, json=body, timeout=_TIMEOUT_SECONDS, allow_redirects=False
        )
        said = answer.json()
    except GoogleAuthError as error:
        raise JobRefused(f"no Google credentials: {type(error).__name__}") from error
    except requests.JSONDecodeError:
        said = {}
    except requests.RequestException as error:
        raise PlatformAway(
            f"Vertex AI did not answer ({type(error).__name__}); try again"
        ) from error
    if answer.status_code in _AWAY:
        raise PlatformAway(f"Vertex AI answered {answer.status_code}; try again")
    return answer.status_code, said if isinstance(said, dict) else {}


def _endpoint() -> str:
    google = f"https://{vertex_option('region')}-aiplatform.googleapis.com"
    return vertex_option("endpoint") or google


@lru_cache(maxsize=2)
def _session(endpoint: str) -> Any:
    import google.auth
    from google.auth.credentials import AnonymousCredentials
    from google.auth.transport.requests import AuthorizedSession

    # As with STORAGE_EMULATOR_HOST: no token ever goes over plain HTTP.
    if endpoint.startswith("http://"):
        return AuthorizedSession(AnonymousCredentials())
    credentials, _ = google.auth.default(scopes=[_SCOPE])
    return AuthorizedSession(credentials)


def _refused(status: int, said: dict[str, Any], permission: str) -> JobRefused:
    message = str((said.get("error") or {}).get("message", "no message"))[:300]
    remedy = f"grant the server {permission}" if status == 403 else "see its message"
    return JobRefused(f"Vertex AI answered {status}: {message}; {remedy}")
