"""One submission, step by step, the same for every cloud.

A run is made in Django only when neither it nor the job is there and the bucket is.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from pipelines import kfp_cluster, vertex
from pipelines.bucket import require_bucket
from pipelines.runs import Run, create_run
from pipelines.submission import Submission, Submitted
from pipelines.vertex_target import VertexTarget


@dataclass(frozen=True)
class Cloud:
    """What every cloud can do, each with its own target.

    Attributes:
        target: Where; the functions' second argument.
        request: The exact body that would be sent.
        find: The job of the submission's name, or None.
        submit: Creates the job, or finds it.
        follow: Shows tasks until the job's end and returns the exit code.
        job_name: How Django is to know the job.
    """

    target: Any
    request: Callable[[Submission, Any], dict[str, Any]]
    find: Callable[[Submission, Any], Submitted | None]
    submit: Callable[[Submission, Any], Submitted]
    follow: Callable[[Submitted, Any, Callable[[str, str], None]], int]
    job_name: Callable[[Submission, Any], str]


def vertex_cloud(target: VertexTarget) -> Cloud:
    """Vertex AI Pipelines; Django follows its jobs by their whole names."""
    return Cloud(
        target,
        vertex.vertex_request,
        vertex.find_on_vertex,
        vertex.submit_to_vertex,
        vertex.follow_on_vertex,
        vertex.job_resource,
    )


def kfp_cloud(target: kfp_cluster.KfpTarget) -> Cloud:
    """A KFP cluster; Django shows its jobs' names and does not follow them."""
    return Cloud(
        target,
        kfp_cluster.kfp_request,
        kfp_cluster.find_on_kfp,
        kfp_cluster.submit_to_kfp,
        kfp_cluster.follow_on_kfp,
        lambda submission, _target: submission.job_name,
    )


def submit_run(
    submission: Submission,
    cloud: Cloud,
    given: Run,
    *,
    params: dict[str, Any],
    secret: str,
) -> Submitted:
    """Submits, and finds what an earlier call of the same job name made.

    1. The job of this name, if there is one, is the answer.
    2. A bucket that does not exist is refused before anything is made.
    3. Django makes the run, unless it is given, and learns the job's name.
    4. The job is created.

    Args:
        submission: Without the run's place where Django is to make the run.
        cloud: Where to.
        given: The run, or one that does not exist.
        params: As asked for, for Django.
        secret: Shared with Django.

    Raises:
        TracklessError: Cloud, bucket or Django refused or did not answer.
    """
    if known := cloud.find(submission, cloud.target):
        return known
    require_bucket(submission.pipeline_root)
    if not given.exists:
        run = create_run(
            submission.arguments["django_url"],
            secret,
            name=submission.job_name,
            params=params,
            pipeline_job_name=cloud.job_name(submission, cloud.target),
        )
        arguments = {**submission.arguments, **placed(run)}
        submission = replace(submission, arguments=arguments)
    return cloud.submit(submission, cloud.target)


def placed(run: Run) -> dict[str, Any]:
    """The pipeline's arguments that say which run and where."""
    return {"quick_test_id": run.id, "artifacts_uri": run.artifacts_uri}
