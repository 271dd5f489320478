"""Cloud SQL: instances with their databases and users, operations, backups, exports."""

from typing import Any

from tests.support.google.documents import Call, Json
from tests.support.google.project import Operation, Project, Refused, answers

_TYPES = {
    "instances.delete": "DELETE",
    "instances.export": "EXPORT",
    "backupRuns.insert": "BACKUP_VOLUME",
}


@answers("sql.instances.list")
def _list(project: Project, _: Call, query: dict[str, str], __: Any) -> Json:
    rows = list(project.kind("instances").values())
    return project.page("items", rows, query)


@answers("sql.instances.get")
def _get(project: Project, call: Call, _: dict[str, str], __: Any) -> Json:
    return project.found("instances", call.parameters["instance"])


@answers("sql.databases.list")
def _databases(project: Project, call: Call, _: dict[str, str], __: Any) -> Json:
    return {"items": list(_below(project, call, "databases"))}


@answers("sql.users.list")
def _users(project: Project, call: Call, _: dict[str, str], __: Any) -> Json:
    return {"items": list(_below(project, call, "users"))}


@answers("sql.instances.delete")
def _delete(project: Project, call: Call, query: dict[str, str], _: Any) -> Json:
    name = call.parameters["instance"]
    held = project.found("instances", name)
    if held["settings"].get("deletionProtectionEnabled"):
        raise Refused(400, "The instance is protected. Disable deletion protection")
    _refuse_busy(project)

    def effect() -> None:
        project.kind("instances").pop(name)
        if query.get("enableFinalBackup", "").lower() == "true":
            backup = f"projects/{project.id}/backups/{project.tag()}"
            project.kind("backups")[backup] = {
                "name": backup,
                "instance": f"projects/{project.id}/instances/{name}",
                "type": "FINAL",
                "state": "SUCCESSFUL",
                "ttlDays": query["finalBackupTtlDays"],
                "expiryTime": "2026-12-25T00:00:00Z",
                "description": query.get("finalBackupDescription", ""),
            }

    held["state"] = "PENDING_DELETE"
    operation = project.begin("sql", "instances.delete", effect)
    if operation.error:
        held["state"] = "RUNNABLE"
    return _told(project, name, operation)


@answers("sql.backupRuns.insert")
def _back_up(project: Project, call: Call, _: dict[str, str], body: Any) -> Json:
    name = call.parameters["instance"]
    project.found("instances", name)
    _refuse_busy(project)
    number = str(1000 + len(project.kind("backup runs")))
    run = body | {"id": number, "instance": name, "status": "RUNNING"}
    project.kind("backup runs")[number] = run
    operation = project.begin(
        "sql", "backupRuns.insert", lambda: run.update(status="SUCCESSFUL")
    )
    if operation.error:
        run["status"] = "FAILED"
    return _told(project, name, operation)


@answers("sql.backupRuns.list")
def _backup_runs(project: Project, call: Call, query: dict[str, str], _: Any) -> Json:
    name = call.parameters["instance"]
    project.found("instances", name)
    rows = project.kind("backup runs").values()
    return project.page(
        "items", [one for one in rows if one["instance"] == name], query
    )


@answers("sql.instances.export")
def _export(project: Project, call: Call, _: dict[str, str], body: Any) -> Json:
    name, context = call.parameters["instance"], body["exportContext"]
    project.found("instances", name)
    _refuse_busy(project)
    bucket, _, path = context["uri"].removeprefix("gs://").partition("/")

    def effect() -> None:
        row = {"bucket": bucket, "name": path, "generation": "1", "size": "4096"}
        project.kind("objects")[f"{bucket}/{path}#1"] = row

    operation = project.begin("sql", "instances.export", effect)
    operation.context = context
    return _told(project, name, operation)


@answers("sql.operations.get")
def _operation(project: Project, call: Call, _: dict[str, str], __: Any) -> Json:
    name = call.parameters["operation"]
    if name not in project.operations:
        raise Refused(404, "The Cloud SQL operation does not exist.")
    operation = project.operations[name]
    operation.poll()
    return _told(project, "", operation)


@answers("sql.operations.list")
def _operations(project: Project, _: Call, query: dict[str, str], __: Any) -> Json:
    rows = [
        _told(project, query["instance"], one)
        for one in project.operations.values()
        if one.api == "sql"
    ]
    return project.page("items", rows, query)


@answers("sql.Backups.ListBackups")
def _backups(project: Project, _: Call, query: dict[str, str], __: Any) -> Json:
    # How long it is kept is taken only; when that ends is told.
    rows = [
        {name: one for name, one in row.items() if name != "ttlDays"}
        for row in project.kind("backups").values()
    ]
    return project.page("backups", rows, query)


def _refuse_busy(project: Project) -> None:
    if any(one.api == "sql" and not one.done for one in project.operations.values()):
        raise Refused(409, "Operation failed because another operation was in progress")


def _below(project: Project, call: Call, kind: str) -> list[Json]:
    name = call.parameters["instance"]
    if project.found("instances", name)["state"] != "RUNNABLE":
        raise Refused(400, "Invalid request since instance is not running.")
    return [one for one in project.kind(kind).values() if one["instance"] == name]


def _told(project: Project, target: str, operation: Operation) -> Json:
    told: Json = {
        "kind": "sql#operation",
        "name": operation.name,
        "status": "DONE" if operation.done else "RUNNING",
        "operationType": _TYPES[operation.method],
        "targetProject": project.id,
    }
    if operation.context:
        told["exportContext"] = operation.context
    if target:
        told["targetId"] = target
    if operation.done and operation.error:
        error = {"kind": "sql#operationError", "code": "INTERNAL_ERROR"}
        told["error"] = {"errors": [error | {"message": operation.error}]}
    return told
