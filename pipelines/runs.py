"""A run's entry in Django, made over HTTP before the pipeline starts."""

import json
from dataclasses import dataclass
from typing import Any

from components.credentials import SharedSecret
from components.delivery import post
from pipelines.errors import TracklessError


@dataclass(frozen=True)
class Run:
    """What Django said of a new run.

    Attributes:
        id: The `QuickTest`'s.
        artifacts_uri: The run's folder; its document's place is fixed by it.
        url: The run's page.
    """

    id: int
    artifacts_uri: str
    url: str

    @property
    def exists(self) -> bool:
        """Whether Django has it: a run has an id and a place."""
        return bool(self.id and self.artifacts_uri)


def create_run(
    django_url: str,
    secret: str,
    *,
    name: str,
    params: dict[str, Any],
    pipeline_job_name: str = "",
) -> Run:
    """Makes the run's `QuickTest`.

    Args:
        django_url: The app's address with its prefix.
        secret: Shared with Django.
        name: For people.
        params: As asked for.
        pipeline_job_name: Of the job that will run it, so that Django shows and
            follows it; "" for none.

    Raises:
        TracklessError: Django is away or refused.
    """
    url = f"{django_url.rstrip('/')}/api/quick-tests/"
    asked = {"name": name, "params": params, "pipeline_job_name": pipeline_job_name}
    body = json.dumps(asked).encode()
    status, said = post(url, body, SharedSecret(secret))
    if status not in (200, 201):
        told = f"HTTP {status}: {said[:300]}" if status else said
        raise TracklessError(f"{url} did not make the run: {told}")
    made = json.loads(said)["quick_test"]
    return Run(int(made["id"]), made["artifacts_uri"], made["url"])
