"""Where a run's data, job, model and folders are, and their pages in Google's console.

Every address is built here from checked parts; a text that is no such place has none,
so that nothing a document says can become a link elsewhere.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

_TRAINING_STEP = "/train-two-tower"
_CONSOLE = "https://console.cloud.google.com"
_JOB = re.compile(r"projects/([\w.:-]+)/locations/([\w-]+)/pipelineJobs/([\w.-]+)")
_PLACE = re.compile(r"gs://([a-z0-9][a-z0-9._-]+)/([^*]+)(\*.*)?")


@dataclass(frozen=True)
class Place:
    """What lies where, and the console's page of it, if it has one."""

    what: str
    path: str
    url: str


def places(artifacts: str, model: str) -> list[Place]:
    """Returns the folders of a run: its own, its model's, and its job's.

    A job keeps what its steps make together: where its training step put the model
    tells where the report is.

    Args:
        artifacts: The run's own folder.
        model: The SavedModel's, "" where the document tells none.
    """
    job, is_ours, _ = model.partition(_TRAINING_STEP)
    told = [("Artifacts", artifacts), ("Model", model)]
    told += [("Job, with report", job)] if is_ours else []
    return [
        Place(what, path, place_url(f"{path.rstrip('/')}/"))
        for what, path in told
        if path
    ]


def place_url(place: str) -> str:
    """Returns the console's page of a `gs://` object or folder, else "".

    A pattern such as `gs://bucket/days/*.csv` leads to its folder.
    """
    if not (found := _PLACE.fullmatch(place)):
        return ""
    bucket, path, pattern = found.groups()
    if pattern:
        path = path.rpartition("/")[0]
    page = "_details/" if "." in path.rpartition("/")[2] else ""
    return f"{_CONSOLE}/storage/browser/{page}{bucket}/{quote(path.rstrip('/'))}"


def job_url(name: str) -> str:
    """Returns the console's page of a Vertex AI pipeline's job, else "".

    Args:
        name: `projects/…/locations/…/pipelineJobs/…`.
    """
    if not (found := _JOB.fullmatch(name)):
        return ""
    project, region, job = found.groups()
    page = f"{_CONSOLE}/vertex-ai/locations/{region}/pipelines/runs/{job}"
    return f"{page}?project={quote(project)}"
