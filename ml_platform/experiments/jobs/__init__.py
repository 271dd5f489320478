"""Pipeline jobs: started, asked for their state, and cancelled, here and on Vertex AI.

A job is known by its name alone, which the run keeps: `local/PID/START` or
`projects/…/pipelineJobs/…`. Nothing of KFP is imported: locally a process of its own
runs the pipeline, on Vertex AI Google's REST API does.
"""

from ml_platform.experiments.jobs import local, vertex
from ml_platform.experiments.jobs.state import JobState

TARGETS = ("local", "vertex")

__all__ = ["TARGETS", "JobState", "job_cancel", "job_known", "job_state"]


def job_known(name: str) -> bool:
    """Returns whether a name is a job's that can be asked; others name their own."""
    return name.startswith("local/") or "/pipelineJobs/" in name


def job_state(name: str) -> JobState:
    """Returns how a job stands.

    Raises:
        PlatformAway: Vertex AI did not answer.
        JobRefused: Vertex AI refused to tell.
    """
    return local.state(name) if name.startswith("local/") else vertex.state(name)


def job_cancel(name: str) -> None:
    """Asks a job to end; its exit handler still keeps what was trained.

    Raises:
        PlatformAway: Vertex AI did not answer.
        JobRefused: Vertex AI refused.
    """
    if name.startswith("local/"):
        local.cancel(name)
    else:
        vertex.cancel(name)
