"""Submitting to Vertex AI Pipelines (Google's consoles also say Gemini Enterprise Agent
Platform) with Google's own client.

`aiplatform.PipelineJob` builds the request, its own service client sends it.
`PipelineJob.submit()` is not called: it first looks for the bucket, creates it when it
is missing and swallows what goes wrong there; here a missing bucket is an error.
"""

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import TracklessError
from pipelines.submission import Submission, Submitted, compiled_spec
from pipelines.vertex_target import VertexTarget, told, with_credentials

REQUEST_TIMEOUT_SECONDS = 60.0
POLL_SECONDS = 15.0
_ENDED = {
    "PIPELINE_STATE_SUCCEEDED": 0,
    "PIPELINE_STATE_FAILED": 1,
    "PIPELINE_STATE_CANCELLED": 1,
}


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

    target = with_credentials(target)
    with told(target, "aiplatform.pipelineJobs.get"):
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

    target = with_credentials(target)
    job = _job(submission, target)
    found = False
    with told(target, "aiplatform.pipelineJobs.create"):
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
        with told(target, "aiplatform.contexts.create"):
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
    target = with_credentials(target)
    client = _client(target)
    seen: dict[str, str] = {}
    while True:
        with told(target, "aiplatform.pipelineJobs.get"):
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

    try:
        aiplatform.init(
            project=target.project,
            location=target.region,
            credentials=target.credentials,
            api_endpoint=target.api_endpoint or None,
            api_transport="rest",
        )
    except ValueError as error:
        raise TracklessError(
            f"--region {target.region}: Vertex AI has no such region; give one such as "
            "europe-west1."
        ) from error
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
    try:
        # By name, the client's own message about a failure would fail.
        experiment = aiplatform.Experiment.get_or_create(submission.experiment)
        job._associate_to_experiment(experiment)
    except (RuntimeError, ValueError) as error:
        raise TracklessError(
            f"--experiment {submission.experiment}: {submission.job_name} was created, "
            f"but not filed under it: {str(error).splitlines()[0]}"
        ) from error
