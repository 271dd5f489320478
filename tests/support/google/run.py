"""Cloud Run: services, jobs and worker pools in the project's regions."""

from typing import Any

from tests.support.google.documents import Call, Json
from tests.support.google.project import Operation, Project, Refused, answers

KINDS = ("services", "jobs", "workerPools")


@answers("run.projects.locations.list")
def _locations(project: Project, _: Call, query: dict[str, str], __: Any) -> Json:
    rows = [{"locationId": region} for region in project.regions]
    return project.page("locations", rows, query)


def _list(project: Project, call: Call, query: dict[str, str], _: Any) -> Json:
    kind = call.id.split(".")[-2]
    below = f"{call.parameters['parent']}/"
    rows = [one for name, one in project.kind(kind).items() if name.startswith(below)]
    return project.page(kind, rows, query)


def _get(project: Project, call: Call, _: dict[str, str], __: Any) -> Json:
    return project.found(call.id.split(".")[-2], call.parameters["name"])


def _patch(project: Project, call: Call, _: dict[str, str], body: Json) -> Json:
    kind, name = call.id.split(".")[-2], call.parameters["name"]
    _hold_to_etag(project.found(kind, name), body.get("etag"))

    def effect() -> None:
        project.kind(kind)[name] = body | {"name": name, "etag": project.tag()}

    return _told(name, project.begin("run", f"{kind}.patch", effect))


def _delete(project: Project, call: Call, query: dict[str, str], _: Any) -> Json:
    kind, name = call.id.split(".")[-2], call.parameters["name"]
    _hold_to_etag(project.found(kind, name), query.get("etag"))
    effect = lambda: project.kind(kind).pop(name, None)  # noqa: E731
    return _told(name, project.begin("run", f"{kind}.delete", effect))


@answers("run.projects.locations.operations.get")
def _operation(project: Project, call: Call, _: dict[str, str], __: Any) -> Json:
    place, _, name = call.parameters["name"].partition("/operations/")
    if name not in project.operations:
        raise Refused(404, "no such operation")
    operation = project.operations[name]
    operation.poll()
    return _told(f"{place}/", operation)


for _kind in KINDS:
    _prefix = f"run.projects.locations.{_kind}"
    for _word, _answer in (
        ("list", _list),
        ("get", _get),
        ("patch", _patch),
        ("delete", _delete),
    ):
        answers(f"{_prefix}.{_word}")(_answer)


def _hold_to_etag(held: Json, etag: str | None) -> None:
    if etag and etag != held["etag"]:
        raise Refused(409, "Conflict for resource: version was specified but current")


def _told(name: str, operation: Operation) -> Json:
    place = "/".join(name.split("/")[:4])
    told: Json = {"name": f"{place}/operations/{operation.name}"}
    if operation.done:
        told["done"] = True
    if operation.done and operation.error:
        told["error"] = {"code": 13, "message": operation.error}
    return told
