"""The Cloud Run service that is MLflow's server."""

from typing import Any
from urllib.parse import urlsplit

from ml_platform.mlflow_exit.teardown.context import Context
from ml_platform.mlflow_exit.teardown.google import Google, Json, change
from ml_platform.mlflow_exit.teardown.prices import NO_PRICES, NOTHING, cost_of
from ml_platform.mlflow_exit.teardown.resource import Cost, Resource, fingerprint
from ml_platform.mlflow_exit.teardown.usage import (
    is_client,
    mlflow_settings,
    requests_lately,
    run_word,
    short,
    users_of,
)

_MEMORY_GIB = {"Ki": 1 / 1024**2, "Mi": 1 / 1024, "Gi": 1.0, "": 1 / 1024**3}


def find(context: Context) -> list[Resource]:
    """Returns the services of that name, one a region."""
    return [
        _resource(run, context)
        for run in context.held.runs
        if run["name"].endswith(f"/services/{context.names.service}")
    ]


def look(google: Google, name: str) -> Json | None:
    """Returns it as it is now."""
    return google.look(_collection(google).get(name=name))


mark = fingerprint


def remove(google: Google, name: str, held: Json, options: dict[str, Any]) -> str:
    """Deletes it in the state that was looked at."""
    request = _collection(google).delete(name=name, etag=held.get("etag"))
    return str(change(request)["name"])


def _resource(run: Json, context: Context) -> Resource:
    _, project, _, region, _, own = run["name"].split("/")
    warm = run["template"].get("scaling", {}).get("minInstanceCount", 0)
    return Resource(
        kind="service",
        name=run["name"],
        place=region,
        size=f"{warm} instances kept warm",
        cost=_cost(run, warm, context),
        gcloud=[
            f"gcloud run services delete {own} --project {project} --region {region}"
        ],
        fingerprint=mark(run),
        stops=_stops(run, context),
    )


def _stops(run: Json, context: Context) -> list[str]:
    names = context.names
    addresses = [run["uri"]] if "uri" in run else run.get("urls", [])
    hosts = [urlsplit(one).netloc for one in addresses]
    # A service with MLflow's settings uses it, whatever address they hold.
    others = [
        f"{run_word(one['name'])} has {', '.join(mlflow_settings(one))}; "
        f"add --client {short(one['name'])} if it no longer needs MLflow"
        for one in context.held.runs
        if mlflow_settings(one)
        and not is_client(one, names)
        and short(one["name"]) != names.service
    ]
    named = users_of(context.held, names, [names.service, *hosts])
    asked = requests_lately(context.google, names, context.since, context.now)
    return others + named + asked


def _cost(run: Json, warm: int, context: Context) -> Cost:
    if not warm:
        return NOTHING
    if context.prices is None:
        return NO_PRICES
    limits = run["template"]["containers"][0].get("resources", {}).get("limits", {})
    cpu, memory = limits.get("cpu", "1"), limits.get("memory", "512Mi")
    unit = memory[-2:] if memory[-2:] in _MEMORY_GIB else ""
    gib = float(memory.removesuffix(unit)) * _MEMORY_GIB[unit]
    vcpus = float(cpu.removesuffix("m")) / (1000 if cpu.endswith("m") else 1)
    return cost_of(
        (warm * vcpus, "vCPU", context.prices.run_vcpu_month),
        (warm * gib, "GiB memory", context.prices.run_memory_gib_month),
    )


def _collection(google: Google) -> Any:
    return google.api("run", "v2", "projects.locations.services")
