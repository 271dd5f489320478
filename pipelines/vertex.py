"""Submitting to Vertex AI Pipelines (Google's consoles also say Gemini Enterprise Agent
Platform) with Google's own client.

`aiplatform.PipelineJob` builds the request, its own service client sends it.
`PipelineJob.submit()` is not called: it first looks for the bucket, creates it when it
is missing and swallows what goes wrong there; here a missing bucket is an error.
"""

import contextlib
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import TracklessError
from pipelines.submission import Submission, Submitted, compiled_spec

REQUEST_TIMEOUT_SECONDS = 60.0
POLL_SECONDS = 15.0
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_ENDED = {
    "PIPELINE_STATE_SUCCEEDED": 0,
    "PIPELINE_STATE_FAILED": 1,
    "PIPELINE_STATE_CANCELLED": 1,
}


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


def vertex_request(submission: Submission, target: VertexTarget) -> dict[str, Any]:
    """The exact body of `pipelineJobs.create`; made without asking anybody."""
    from google.auth.credentials import AnonymousCredentials
    from google.protobuf import json_format

    job = _job(submission, replace(target, credentials=AnonymousCredentials()))
    body: dict[str, Any] = json_format.MessageToDict(job._gca_resource._pb)
    return body


def job_resource(submission: Submission, target: VertexTarget) -> str:
    """The job's whole name, known before it is created."""
    parent = f"projects/{target.project}/locations/{target.region}"
    return f"{parent}/pipelineJobs/{submission.job_name}"


def find_on_vertex(submission: Submission, target: VertexTarget) -> Submitted | None:
    """The job of this name, if there is one.

    Raises:
        TracklessError: Google refused or did not answer; names the permission.
    """
    from google.api_core import exceptions

    target = _with_credentials(target)
    with _told(target, "aiplatform.pipelineJobs.get"):
        try:
            _client(target).get_pipeline_job(
                name=job_resource(submission, target), timeout=REQUEST_TIMEOUT_SECONDS
            )
        except exceptions.NotFound:
            return None
    return _submitted(submission, target, found=True)


def submit_to_vertex(submission: Submission, target: VertexTarget) -> Submitted:
    """Creates the pipeline job, or finds the one of the same name.

    Raises:
        TracklessError: Google refused or did not answer; names the permission.
    """
    from google.api_core import exceptions

    target = _with_credentials(target)
    job = _job(submission, target)
    found = False
    with _told(target, "aiplatform.pipelineJobs.create"):
        try:
            job.api_client.create_pipeline_job(
                parent=job_resource(submission, target).partition("/pipelineJobs/")[0],
                pipeline_job=job._gca_resource,
                pipeline_job_id=submission.job_name,
                timeout=REQUEST_TIMEOUT_SECONDS,
            )
        except exceptions.Conflict:  # over REST, AlreadyExists comes as its parent
            found = True
    if submission.experiment:
        with _told(target, "aiplatform.contexts.create"):
            _file_under(submission, target)
    return _submitted(submission, target, found=found)


def follow_on_vertex(
    submitted: Submitted,
    target: VertexTarget,
    show: Callable[[str, str], None],
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Waits for the job's end and shows each task's state as it changes.

    Args:
        submitted: The job.
        target: Where it runs.
        show: Gets a task's name and state.
        sleep: Waits that many seconds; a test passes its own.

    Returns:
        0 when the run succeeded, 1 otherwise.

    Raises:
        TracklessError: Google refused or did not answer.
    """
    target = _with_credentials(target)
    client = _client(target)
    seen: dict[str, str] = {}
    while True:
        with _told(target, "aiplatform.pipelineJobs.get"):
            job = client.get_pipeline_job(
                name=submitted.name, timeout=REQUEST_TIMEOUT_SECONDS
            )
        for task in job.job_detail.task_details:
            if seen.get(task.task_name) != task.state.name:
                seen[task.task_name] = task.state.name
                show(task.task_name, task.state.name)
        if job.state.name in _ENDED:
            return _ENDED[job.state.name]
        sleep(POLL_SECONDS)


def _with_credentials(target: VertexTarget) -> VertexTarget:
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


def _submitted(
    submission: Submission, target: VertexTarget, *, found: bool
) -> Submitted:
    console = (
        "https://console.cloud.google.com/vertex-ai/locations/"
        f"{target.region}/pipelines/runs/{submission.job_name}?project={target.project}"
    )
    return Submitted(job_resource(submission, target), console, found)


def _client(target: VertexTarget) -> Any:
    return _initialised(target).PipelineJob._instantiate_client(
        location=target.region, credentials=target.credentials
    )


def _initialised(target: VertexTarget) -> Any:
    from google.cloud import aiplatform

    aiplatform.init(
        project=target.project,
        location=target.region,
        credentials=target.credentials,
        api_endpoint=target.api_endpoint or None,
        api_transport="rest",
    )
    return aiplatform


def _job(submission: Submission, target: VertexTarget) -> Any:
    aiplatform = _initialised(target)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pipeline.yaml"
        path.write_text(yaml.safe_dump(compiled_spec(submission), sort_keys=True))
        try:
            job = aiplatform.PipelineJob(
                display_name=submission.job_name,
                template_path=str(path),
                job_id=submission.job_name,
                pipeline_root=submission.pipeline_root,
                parameter_values=submission.arguments,
                enable_caching=submission.caching,
                labels=submission.labels or None,
                failure_policy="fast" if submission.fail_fast else "slow",
            )
        except ValueError as error:
            raise TracklessError(f"the request is not valid: {error}") from error
    if submission.service_account:
        job._gca_resource.service_account = submission.service_account
    if submission.network:
        job._gca_resource.network = submission.network
    return job


def _file_under(submission: Submission, target: VertexTarget) -> None:
    aiplatform = _initialised(target)
    job = aiplatform.PipelineJob.get(submission.job_name)
    job._associate_to_experiment(submission.experiment)


@contextlib.contextmanager
def _told(target: VertexTarget, permission: str) -> Iterator[None]:
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
    told = json.dumps(str(said)[:300])
    return TracklessError(f"{where} answered {status or 'nothing'}: {told}. {remedy}")
