"""MLflow's settings (`MLFLOW_*`) on Cloud Run services, jobs and worker pools.

Only clients lose them; the resource is the settings, not who has them.
"""

from typing import Any

from ml_platform.mlflow_exit.teardown.context import Context
from ml_platform.mlflow_exit.teardown.google import Google, Json, change
from ml_platform.mlflow_exit.teardown.prices import NOTHING
from ml_platform.mlflow_exit.teardown.resource import Resource, fingerprint
from ml_platform.mlflow_exit.teardown.usage import (
    env_lists,
    is_client,
    mlflow_settings,
    run_word,
    short,
    without_settings,
)

_GCLOUD = {"services": "services", "jobs": "jobs", "workerPools": "worker-pools"}


def find(context: Context) -> list[Resource]:
    """Returns one resource a client that has such settings."""
    return [
        _resource(run, context)
        for run in context.held.runs
        if is_client(run, context.names)
        and short(run["name"]) != context.names.service
        and mlflow_settings(run)
    ]


def look(google: Google, name: str) -> Json | None:
    """Returns the service where it still has such settings."""
    run = google.look(_collection(google, name).get(name=name))
    return run if run and mlflow_settings(run) else None


def mark(held: Json) -> str:
    """Returns the fingerprint: the settings alone, other changes do not matter."""
    names = mlflow_settings(held)
    return fingerprint([[one for one in env if one["name"] in names]
                        for env in env_lists(held)])  # fmt: skip


def remove(google: Google, name: str, held: Json, options: dict[str, Any]) -> str:
    """Patches it to be without them; its etag keeps others' changes."""
    body = without_settings(held)
    return str(change(_collection(google, name).patch(name=name, body=body))["name"])


def _resource(run: Json, context: Context) -> Resource:
    _, project, _, region, kind, own = run["name"].split("/")
    names = mlflow_settings(run)
    command = (
        f"gcloud run {_GCLOUD[kind]} update {own} --project {project} "
        f"--region {region} --remove-env-vars {','.join(names)}"
    )
    return Resource(
        kind="setting",
        name=run["name"],
        place=region,
        size=f"{', '.join(names)} of {run_word(run['name'])}",
        cost=NOTHING,
        gcloud=[command],
        fingerprint=mark(run),
    )


def _collection(google: Google, name: str) -> Any:
    return google.api("run", "v2", f"projects.locations.{name.split('/')[-2]}")
