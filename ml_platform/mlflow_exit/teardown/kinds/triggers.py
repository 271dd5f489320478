"""Cloud Build triggers that deploy MLflow, global and regional."""

from typing import Any

from ml_platform.mlflow_exit.teardown.context import Context
from ml_platform.mlflow_exit.teardown.google import Google, Json, change
from ml_platform.mlflow_exit.teardown.prices import NOTHING
from ml_platform.mlflow_exit.teardown.resource import Resource, fingerprint


def find(context: Context) -> list[Resource]:
    """Returns the triggers of that name."""
    return [
        _resource(one)
        for one in context.held.triggers
        if one["name"] == context.names.trigger
    ]


def look(google: Google, name: str) -> Json | None:
    """Returns it as it is now."""
    held = google.look(_collection(google).get(name=name))
    return held and held | {"resourceName": name}


mark = fingerprint


def remove(google: Google, name: str, held: Json, options: dict[str, Any]) -> str:
    """Deletes it; done at once."""
    change(_collection(google).delete(name=name))
    return ""


def _resource(one: Json) -> Resource:
    _, project, _, region, _, own = one["resourceName"].split("/")
    return Resource(
        kind="trigger",
        name=one["resourceName"],
        place=region,
        size=f"trigger {one['name']}",
        cost=NOTHING,
        gcloud=[
            f"gcloud builds triggers delete {own} --project {project} --region {region}"
        ],
        fingerprint=mark(one),
    )


def _collection(google: Google) -> Any:
    return google.api("cloudbuild", "v1", "projects.locations.triggers")
