"""Cloud SQL's own backup and its export to a bucket, both followed to their end.

Both carry a name that is fixed before the call, the backup in its description and the
export by its object. Each is looked for first: what an earlier run began is followed
instead of being begun again, and what it finished is taken.
"""

from collections.abc import Iterator
from typing import Any

from ml_platform.mlflow_exit.errors import CloudSqlFailed
from ml_platform.mlflow_exit.manifest import CloudSql
from ml_platform.mlflow_exit.teardown.errors import GoogleConflict, TeardownError
from ml_platform.mlflow_exit.teardown.following import operation_end
from ml_platform.mlflow_exit.teardown.google import Google, Json, change

_WAIT_SECONDS = 6 * 3600
_EXPORT_NAME = "cloud_sql.sql.gz"


def cloud_sql_backup(*, address: str, place: str) -> CloudSql:
    """Makes a backup of the instance, then exports the database beside the tables.

    Args:
        address: `PROJECT:INSTANCE:DATABASE`.
        place: `gs://bucket/folder`, which the instance's own service account may write.

    Raises:
        CloudSqlFailed: The address or place is none, or Google did not do it.
    """
    project, instance, database = _parts(address)
    if not place.startswith("gs://"):
        raise CloudSqlFailed(address, f"it exports to a bucket, not to {place}")
    google = Google(project)
    uri = f"{place.rstrip('/')}/{_EXPORT_NAME}"
    try:
        backup_id = _backup(google, instance, f"mlflow_exit backup {place}")
        exported = _export(google, instance, database, uri)
    except TeardownError as error:
        raise CloudSqlFailed(address, str(error)) from error
    return CloudSql(
        project=project,
        instance=instance,
        database=database,
        backup_id=backup_id,
        export=uri,
        export_bytes=exported,
    )


def _parts(address: str) -> list[str]:
    parts = address.split(":")
    # The project of an organisation's domain has a colon of its own.
    parts[:-2] = [":".join(parts[:-2])]
    if len(parts) != 3 or not all(parts):
        raise CloudSqlFailed(address, "it is no PROJECT:INSTANCE:DATABASE")
    return parts


def _backup(google: Google, instance: str, description: str) -> str:
    """Returns the id of the finished backup."""
    runs = google.api("sqladmin", "v1", "backupRuns")
    asked = {"project": google.project, "instance": instance}
    begun = _backup_run(google, runs, asked, description)
    if begun is None or begun["status"] not in ("ENQUEUED", "RUNNING", "SUCCESSFUL"):
        body = {"description": description, "type": "ON_DEMAND"}
        _follow(google, _begin(runs.insert(**asked, body=body)))
    elif begun["status"] != "SUCCESSFUL":
        for operation in _open_operations(google, instance, "BACKUP"):
            _follow(google, operation["name"])
    made = _backup_run(google, runs, asked, description)
    if made is None or made["status"] != "SUCCESSFUL":
        status = made["status"] if made else "not there"
        raise CloudSqlFailed(instance, f"the backup is {status}")
    return str(made["id"])


def _backup_run(
    google: Google, runs: Any, asked: Json, description: str
) -> Json | None:
    rows = google.listed("backups", runs, "items", **asked)
    ours = [one for one in rows if one.get("description") == description]
    return max(ours, key=lambda one: int(one["id"]), default=None)


def _export(google: Google, instance: str, database: str, uri: str) -> int:
    """Returns the exported object's size in bytes."""
    exported = _size(google, uri)
    under_way = [
        one["name"]
        for one in _open_operations(google, instance, "EXPORT")
        if one.get("exportContext", {}).get("uri") == uri
    ]
    if exported is None or under_way:
        if not under_way:
            context = {"fileType": "SQL", "uri": uri, "databases": [database]}
            instances = google.api("sqladmin", "v1", "instances")
            request = instances.export(
                project=google.project,
                instance=instance,
                body={"exportContext": context},
            )
            under_way = [_begin(request)]
        _follow(google, under_way[0])
        exported = _size(google, uri)
    if not exported:
        raise CloudSqlFailed(instance, f"the export ended and left nothing at {uri}")
    return exported


def _size(google: Google, uri: str) -> int | None:
    bucket, _, name = uri.removeprefix("gs://").partition("/")
    objects = google.api("storage", "v1", "objects")
    found = google.look(objects.get(bucket=bucket, object=name))
    return int(found["size"]) if found else None


def _open_operations(google: Google, instance: str, kind: str) -> Iterator[Json]:
    operations = google.api("sqladmin", "v1", "operations")
    asked = {"project": google.project, "instance": instance}
    for one in google.listed("operations", operations, "items", **asked):
        if one["operationType"].startswith(kind) and one["status"] != "DONE":
            yield one


def _begin(request: Any) -> str:
    try:
        return str(change(request)["name"])
    except GoogleConflict as error:
        raise CloudSqlFailed(
            request.methodId, f"another operation is under way ({error}); wait for it"
        ) from error


def _follow(google: Google, operation: str) -> None:
    failure = operation_end(google, operation, _WAIT_SECONDS)
    if failure:
        raise CloudSqlFailed(operation, failure)
