"""The bucket of MLflow's artifacts, with every generation of every object in it."""

from typing import Any

from ml_platform.mlflow_exit.teardown.context import Context
from ml_platform.mlflow_exit.teardown.errors import ExecutionStopped, GoogleMissing
from ml_platform.mlflow_exit.teardown.google import Google, Json, change
from ml_platform.mlflow_exit.teardown.holdings import objects_of
from ml_platform.mlflow_exit.teardown.prices import GIB, NO_PRICES, cost_of
from ml_platform.mlflow_exit.teardown.resource import Resource, fingerprint
from ml_platform.mlflow_exit.teardown.usage import users_of

_STRANGERS_SHOWN = 3


def find(context: Context) -> list[Resource]:
    """Returns the bucket of that name."""
    return [
        _resource(one, context)
        for one in context.held.buckets
        if one["name"] == context.names.bucket
    ]


def look(google: Google, name: str) -> Json | None:
    """Returns it as it is now."""
    return google.look(google.api("storage", "v1", "buckets").get(bucket=name))


mark = fingerprint


def strangers(objects: list[Json], known: list[str]) -> list[str]:
    """Returns the names of objects below no known prefix."""
    prefixes = tuple(known)
    return [one["name"] for one in objects if not one["name"].startswith(prefixes)]


def remove(google: Google, name: str, held: Json, options: dict[str, Any]) -> str:
    """Deletes the objects, each in the generation that was listed, then the bucket.

    Raises:
        ExecutionStopped: An object came that the inventory does not know.
    """
    objects = google.api("storage", "v1", "objects")
    found = objects_of(google, name)
    unknown = strangers(found, options["known"])
    if unknown:
        received = f"{unknown[0]} has come, which the inventory does not know"
        raise ExecutionStopped(f"gs://{name}", received, "move it, and plan again")
    for one in found:
        wanted = {"object": one["name"], "generation": one["generation"]}
        try:
            google.answer(objects.delete(bucket=name, **wanted))
        except GoogleMissing:
            continue  # an earlier call deleted it, and its answer was lost
    generation = held["metageneration"]
    buckets = google.api("storage", "v1", "buckets")
    request = buckets.delete(bucket=name, ifMetagenerationMatch=generation)
    change(request)
    return ""


def _resource(one: Json, context: Context) -> Resource:
    objects = context.held.objects
    size = sum(int(row["size"]) for row in objects)
    prices, kind = context.prices, one["storageClass"]
    gib = round(size / GIB, 6)
    return Resource(
        kind="bucket",
        name=one["name"],
        place=one["location"].lower(),
        size=f"{len(objects)} objects, {size} bytes",
        bytes=size,
        cost=cost_of((gib, f"GiB {kind}", prices.bucket_gib_month.get(kind)))
        if prices
        else NO_PRICES,
        gcloud=[f"gcloud storage rm --recursive gs://{one['name']}"],
        fingerprint=mark(one),
        stops=_stops(one, context),
    )


def _stops(one: Json, context: Context) -> list[str]:
    unknown = strangers(context.held.objects, context.known)
    stops = [
        f"{name} is in it, which the inventory does not know"
        for name in unknown[:_STRANGERS_SHOWN]
    ]
    if len(unknown) > _STRANGERS_SHOWN:
        stops.append(f"and {len(unknown) - _STRANGERS_SHOWN} more")
    if one.get("retentionPolicy") or one.get("defaultEventBasedHold"):
        stops.append("a retention policy or hold keeps its objects; lift it yourself")
    return stops + users_of(context.held, context.names, [one["name"]])
