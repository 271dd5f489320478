"""Cloud Build, Cloud Storage, IAM, Secret Manager, Resource Manager, Monitoring."""

import re
from typing import Any

from tests.support.google.documents import Call, Json
from tests.support.google.project import Project, Refused, answers

Query = dict[str, str]


@answers("cloudbuild.projects.locations.list")
def _places(project: Project, _: Call, query: Query, __: Any) -> Json:
    rows = [{"locationId": region} for region in project.regions]
    return project.page("locations", rows, query)


@answers("cloudbuild.projects.triggers.list")
def _global_triggers(project: Project, _: Call, query: Query, __: Any) -> Json:
    return _triggers(project, f"projects/{project.id}/locations/global/", query)


@answers("cloudbuild.projects.locations.triggers.list")
def _regional_triggers(project: Project, call: Call, query: Query, _: Any) -> Json:
    return _triggers(project, f"{call.parameters['parent']}/", query)


@answers("cloudbuild.projects.locations.triggers.get")
def _trigger(project: Project, call: Call, _: Query, __: Any) -> Json:
    return project.found("triggers", call.parameters["name"])


@answers("cloudbuild.projects.locations.triggers.delete")
def _delete_trigger(project: Project, call: Call, _: Query, __: Any) -> Json:
    return _delete(project, "triggers", call.parameters["name"], None)


@answers("storage.buckets.list")
def _buckets(project: Project, _: Call, query: Query, __: Any) -> Json:
    return project.page("items", list(project.kind("buckets").values()), query)


@answers("storage.buckets.get")
def _bucket(project: Project, call: Call, _: Query, __: Any) -> Json:
    return project.found("buckets", call.parameters["bucket"])


@answers("storage.buckets.getStorageLayout")
def _layout(project: Project, call: Call, _: Query, __: Any) -> Json:
    held = project.found("buckets", call.parameters["bucket"])
    return {"bucket": held["name"], "location": held["location"]}


@answers("storage.managedFolders.list")
def _folders(_: Project, __: Call, ___: Query, ____: Any) -> Json:
    return {"items": []}


@answers("storage.buckets.getIamPolicy")
def _bucket_policy(project: Project, call: Call, _: Query, __: Any) -> Json:
    project.found("buckets", call.parameters["bucket"])
    return _policy(project, f"b/{call.parameters['bucket']}")


@answers("storage.buckets.delete")
def _delete_bucket(project: Project, call: Call, query: Query, _: Any) -> None:
    name = call.parameters["bucket"]
    held = project.found("buckets", name)
    if _objects_of(project, name):
        raise Refused(409, "The bucket you tried to delete is not empty.")
    if (
        query.get("ifMetagenerationMatch", held["metageneration"])
        != (held["metageneration"])
    ):
        raise Refused(412, "At least one of the pre-conditions did not hold.")
    del project.kind("buckets")[name]


@answers("storage.objects.list")
def _objects(project: Project, call: Call, query: Query, _: Any) -> Json:
    project.found("buckets", call.parameters["bucket"])
    rows = _objects_of(project, call.parameters["bucket"])
    return project.page("items", rows, query)


@answers("storage.objects.get")
def _object(project: Project, call: Call, _: Query, __: Any) -> Json:
    name = call.parameters["object"]
    for row in _objects_of(project, call.parameters["bucket"]):
        if row["name"] == name:
            return row
    raise Refused(404, f"No such object: {name}")


@answers("storage.objects.delete")
def _delete_object(project: Project, call: Call, query: Query, _: Any) -> None:
    bucket, name = call.parameters["bucket"], call.parameters["object"]
    key = f"{bucket}/{name}#{query['generation']}"
    project.found("objects", key)
    del project.kind("objects")[key]


@answers("iam.projects.serviceAccounts.list")
def _accounts(project: Project, _: Call, query: Query, __: Any) -> Json:
    return project.page("accounts", list(project.kind("accounts").values()), query)


@answers("iam.projects.serviceAccounts.get")
def _account(project: Project, call: Call, _: Query, __: Any) -> Json:
    return project.found("accounts", call.parameters["name"])


@answers("iam.projects.serviceAccounts.getIamPolicy")
def _account_policy(project: Project, call: Call, _: Query, __: Any) -> Json:
    project.found("accounts", call.parameters["resource"])
    return _policy(project, call.parameters["resource"])


@answers("iam.projects.serviceAccounts.keys.list")
def _keys(project: Project, call: Call, _: Query, __: Any) -> Json:
    name = call.parameters["name"]
    project.found("accounts", name)
    rows = [key for key in project.kind("keys").values() if name in key["name"]]
    return {"keys": rows}


@answers("iam.projects.serviceAccounts.delete")
def _delete_account(project: Project, call: Call, _: Query, __: Any) -> Json:
    # An account's address is enough: Google takes "-" for its project.
    name = call.parameters["name"].replace("projects/-/", f"projects/{project.id}/")
    return _delete(project, "accounts", name, None)


@answers("secretmanager.projects.secrets.list")
def _secrets(project: Project, _: Call, query: Query, __: Any) -> Json:
    return project.page("secrets", list(project.kind("secrets").values()), query)


@answers("secretmanager.projects.secrets.get")
def _secret(project: Project, call: Call, _: Query, __: Any) -> Json:
    return project.found("secrets", call.parameters["name"])


@answers("secretmanager.projects.secrets.getIamPolicy")
def _secret_policy(project: Project, call: Call, _: Query, __: Any) -> Json:
    project.found("secrets", call.parameters["resource"])
    return _policy(project, call.parameters["resource"])


@answers("secretmanager.projects.secrets.versions.list")
def _versions(project: Project, call: Call, query: Query, _: Any) -> Json:
    name = call.parameters["parent"]
    project.found("secrets", name)
    rows = [{"name": f"{name}/versions/1", "state": "ENABLED"}]
    return project.page("versions", rows, query)


@answers("secretmanager.projects.secrets.delete")
def _delete_secret(project: Project, call: Call, query: Query, _: Any) -> Json:
    return _delete(project, "secrets", call.parameters["name"], query.get("etag"))


@answers("cloudresourcemanager.projects.get")
def _project(project: Project, call: Call, _: Query, __: Any) -> Json:
    name = f"projects/{project.id}"
    if call.parameters.get("name", name) != name:
        raise Refused(403, "The caller does not have permission")
    return {"name": name, "projectId": project.id, "state": "ACTIVE"}


@answers("cloudresourcemanager.projects.getIamPolicy")
def _project_policy(project: Project, call: Call, _: Query, body: Any) -> Json:
    policy = _policy(project, _full(call))
    if (body or {}).get("options", {}).get("requestedPolicyVersion", 1) >= 3:
        return policy
    bindings = [
        {name: one for name, one in binding.items() if name != "condition"}
        for binding in policy.get("bindings", [])
    ]
    return policy | {"bindings": bindings, "version": 1}


@answers("cloudresourcemanager.projects.setIamPolicy")
def _set_policy(project: Project, call: Call, _: Query, body: Json) -> Json:
    name, wanted = _full(call), body["policy"]
    if wanted.get("etag") != _policy(project, name)["etag"]:
        raise Refused(409, "There were concurrent policy changes.")
    project.policies[name] = wanted | {"etag": _bytes(project)}
    return project.policies[name]


@answers("cloudresourcemanager.projects.testIamPermissions")
def _permissions(project: Project, _: Call, __: Query, body: Json) -> Json:
    asked = body["permissions"]
    held = [one for one in asked if project.granted is None or one in project.granted]
    return {"permissions": held} if held else {}


@answers("monitoring.projects.timeSeries.list")
def _series(project: Project, _: Call, query: Query, __: Any) -> Json:
    wanted = dict(re.findall(r'([\w.]+) ?= ?"([^"]+)"', query["filter"]))
    kind = wanted.pop("metric.type")
    rows = [
        one
        for one in project.series
        if one["metric"]["type"] == kind
        and all(
            one["resource"]["labels"].get(name.removeprefix("resource.labels."))
            == value
            for name, value in wanted.items()
        )
    ]
    return project.page("timeSeries", rows, query)


@answers("bigquery.jobs.query")
def _query(project: Project, _: Call, __: Query, ___: Any) -> Json:
    cells = [[day, service, str(cost)] for day, service, cost in project.charges]
    rows = [{"f": [{"v": one} for one in row]} for row in cells]
    return {"jobComplete": True, "rows": rows, "totalRows": str(len(rows))}


def _full(call: Call) -> str:
    """The project's full name; version 1 of that API, gcloud's, has the bare id."""
    return f"projects/{call.parameters['resource'].removeprefix('projects/')}"


def _triggers(project: Project, below: str, query: Query) -> Json:
    held = project.kind("triggers").items()
    rows = [one for name, one in held if name.startswith(below)]
    return project.page("triggers", rows, query)


def _objects_of(project: Project, bucket: str) -> list[Json]:
    return [one for one in project.kind("objects").values() if one["bucket"] == bucket]


def _policy(project: Project, name: str) -> Json:
    if name not in project.policies:
        project.policies[name] = {"version": 1, "etag": _bytes(project)}
    return project.policies[name]


def _bytes(project: Project) -> str:
    """An etag of a policy, which is base64."""
    return f"{project.tag():A>8}"


def _delete(project: Project, kind: str, name: str, etag: str | None) -> Json:
    held = project.found(kind, name)
    if etag and etag != held["etag"]:
        raise Refused(409, "the etag does not match the one of the resource")
    del project.kind(kind)[name]
    return {}
