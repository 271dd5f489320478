"""Where a run's data, job and folder are in Google's console.

Every address is built here from checked parts; a text that is no such place has none,
so that nothing a document says can become a link elsewhere.
"""

import re
from urllib.parse import quote

_CONSOLE = "https://console.cloud.google.com"
_JOB = re.compile(r"projects/([\w.:-]+)/locations/([\w-]+)/pipelineJobs/([\w.-]+)")
_PLACE = re.compile(r"gs://([a-z0-9][a-z0-9._-]+)/([^*]+)(\*.*)?")


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
