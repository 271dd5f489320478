"""The Cloud SQL instance of MLflow's database; a final backup outlives it."""

from typing import Any

from ml_platform.mlflow_exit.teardown.context import Context
from ml_platform.mlflow_exit.teardown.google import Google, Json, change
from ml_platform.mlflow_exit.teardown.prices import GIB, NO_PRICES, cost_of
from ml_platform.mlflow_exit.teardown.resource import Resource, fingerprint
from ml_platform.mlflow_exit.teardown.usage import connections_lately, users_of

_SYSTEM_DATABASES = {"cloudsqladmin", "postgres", "template0", "template1"}
_SYSTEM_USERS = {"postgres", "root"}


def find(context: Context) -> list[Resource]:
    """Returns the instance of that name."""
    return [
        _resource(one, context)
        for one in context.held.instances
        if one["name"] == context.names.instance
    ]


def look(google: Google, name: str) -> Json | None:
    """Returns it as it is now."""
    request = _collection(google).get(project=google.project, instance=name)
    return google.look(request)


mark = fingerprint


def remove(google: Google, name: str, held: Json, options: dict[str, Any]) -> str:
    """Asks for the final backup and the deletion, one operation.

    A deletion that is under way is not asked for again; its answer was lost.
    """
    if held.get("state") == "PENDING_DELETE":
        begun = _begun(google, name)
        if begun:
            return begun
    request = _collection(google).delete(
        project=google.project,
        instance=name,
        enableFinalBackup=True,
        finalBackupTtlDays=str(options["final_backup_days"]),
        finalBackupDescription="made by trackless mlflow_exit teardown",
    )
    return str(change(request)["name"])


def _begun(google: Google, name: str) -> str:
    """Returns the name of the deletion that is under way, empty where there is none."""
    operations = google.api("sqladmin", "v1", "operations")
    asked = {"project": google.project, "instance": name}
    for one in google.listed(f"operations of {name}", operations, "items", **asked):
        if one["operationType"] == "DELETE" and one["status"] != "DONE":
            return str(one["name"])
    return ""


def _resource(one: Json, context: Context) -> Resource:
    settings, project = one["settings"], context.names.project
    gib, disk = settings.get("dataDiskSizeGb", "0"), settings.get("dataDiskType", "?")
    days = context.final_backup_days or "DAYS"
    tier = settings["tier"]
    prices = context.prices
    return Resource(
        kind="instance",
        name=one["name"],
        place=one["region"],
        size=f"{tier}, {gib} GiB {disk}",
        bytes=int(gib) * GIB,
        cost=cost_of(
            (1, tier, prices.sql_tier_month.get(tier)),
            (int(gib), f"GiB {disk}", prices.sql_disk_gib_month.get(disk)),
        )
        if prices
        else NO_PRICES,
        gcloud=[
            f"gcloud sql instances delete {one['name']} --project {project} "
            f"--enable-final-backup --final-backup-retention-days {days}"
        ],
        fingerprint=mark(one),
        stops=_stops(one, context),
    )


def _stops(one: Json, context: Context) -> list[str]:
    names, held = context.names, context.held
    databases = {row["name"] for row in held.databases} - _SYSTEM_DATABASES
    users = {row["name"] for row in held.users} - _SYSTEM_USERS
    users = {name for name in users if not name.startswith("cloudsql")}
    stops = [
        f"database {name} is on it" for name in sorted(databases - {names.database})
    ]
    stops += [f"user {name} is on it" for name in sorted(users - {names.user})]
    stops += [f"replica {name} follows it" for name in one.get("replicaNames", [])]
    if one.get("masterInstanceName"):
        stops.append(f"it is a replica of {one['masterInstanceName']}")
    if one["settings"].get("deletionProtectionEnabled"):
        stops.append(
            "deletion protection is on; lift it yourself: gcloud sql instances patch "
            f"{one['name']} --project {names.project} --no-deletion-protection"
        )
    addresses = [row["ipAddress"] for row in one.get("ipAddresses", [])]
    stops += users_of(held, names, [one["connectionName"], *addresses])
    lately = connections_lately(
        context.google, names, context.since, context.now, own=not context.served
    )
    return stops + lately


def _collection(google: Google) -> Any:
    return google.api("sqladmin", "v1", "instances")
