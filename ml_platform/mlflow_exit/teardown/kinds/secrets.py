"""MLflow's secrets in Secret Manager, with all their versions."""

from typing import Any

from ml_platform.mlflow_exit.teardown.context import Context
from ml_platform.mlflow_exit.teardown.google import Google, Json, change
from ml_platform.mlflow_exit.teardown.prices import NO_PRICES, cost_of
from ml_platform.mlflow_exit.teardown.resource import Resource, fingerprint
from ml_platform.mlflow_exit.teardown.usage import short, users_of


def find(context: Context) -> list[Resource]:
    """Returns the secrets of those names."""
    return [
        _resource(one, context)
        for one in context.held.secrets
        if short(one["name"]) in context.names.secrets
    ]


def look(google: Google, name: str) -> Json | None:
    """Returns it as it is now."""
    return google.look(_collection(google).get(name=name))


def mark(held: Json) -> str:
    """Returns the fingerprint of the secret itself."""
    return fingerprint({k: one for k, one in held.items() if k != "versions"})


def remove(google: Google, name: str, held: Json, options: dict[str, Any]) -> str:
    """Deletes it in the state that was looked at; done at once."""
    change(_collection(google).delete(name=name, etag=held.get("etag")))
    return ""


def _resource(one: Json, context: Context) -> Resource:
    own, prices = short(one["name"]), context.prices
    count = one["versions"]
    return Resource(
        kind="secret",
        name=one["name"],
        place="global",
        size=f"{count} versions",
        cost=cost_of((count, "version", prices.secret_version_month))
        if prices
        else NO_PRICES,
        gcloud=[f"gcloud secrets delete {own} --project {context.names.project}"],
        fingerprint=mark(one),
        stops=_stops(one, context),
    )


def _stops(one: Json, context: Context) -> list[str]:
    bindings = context.held.policies[one["name"]].get("bindings", [])
    readers = {member for binding in bindings for member in binding["members"]}
    readers.discard(context.names.member)
    may_read = [f"{member} may read it" for member in sorted(readers)]
    return users_of(context.held, context.names, [short(one["name"])]) + may_read


def _collection(google: Google) -> Any:
    return google.api("secretmanager", "v1", "projects.secrets")
