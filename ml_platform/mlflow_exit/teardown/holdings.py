"""Everything of the project that a plan looks at, listed whole or not at all."""

from dataclasses import dataclass

from ml_platform.mlflow_exit.teardown.errors import ListingFailed, TeardownError
from ml_platform.mlflow_exit.teardown.google import Google, Json
from ml_platform.mlflow_exit.teardown.names import Names

RUN_KINDS = ("services", "jobs", "workerPools")


@dataclass
class Holdings:
    """What the project holds, as Google shows it.

    Attributes:
        runs: Cloud Run services, jobs and worker pools of every region.
        instances: of Cloud SQL.
        databases: of the MLflow instance.
        users: of the MLflow instance.
        triggers: of Cloud Build, global and regional.
        buckets: all.
        objects: every generation of every object of the MLflow bucket.
        accounts: service accounts.
        keys: keys of the MLflow account that people made.
        secrets: all, each with `versions`, the number of its versions.
        policy: the project's IAM policy.
        policies: IAM policies of buckets, secrets and the account, by their names.
    """

    runs: list[Json]
    instances: list[Json]
    databases: list[Json]
    users: list[Json]
    triggers: list[Json]
    buckets: list[Json]
    objects: list[Json]
    accounts: list[Json]
    keys: list[Json]
    secrets: list[Json]
    policy: Json
    policies: dict[str, Json]


def holdings_of(google: Google, names: Names) -> Holdings:
    """Lists the project.

    Raises:
        ListingFailed: Any list did not come; which is never taken for an empty one.
    """
    instances = _instances(google)
    # One that is being deleted no longer says what is on it.
    has_instance = any(
        one["name"] == names.instance and one.get("state") != "PENDING_DELETE"
        for one in instances
    )
    buckets = _buckets(google)
    has_bucket = any(one["name"] == names.bucket for one in buckets)
    accounts = _accounts(google)
    has_account = any(one["email"] == names.email for one in accounts)
    secrets = _secrets(google)
    policies = _policies(google, buckets, secrets)
    if has_account:
        name = f"{google.parent}/serviceAccounts/{names.email}"
        service_accounts = google.api("iam", "v1", "projects.serviceAccounts")
        policies[name] = _policy(google, service_accounts.getIamPolicy(resource=name))
    return Holdings(
        runs=runs_of(google),
        instances=instances,
        databases=_of_instance(google, names, "databases") if has_instance else [],
        users=_of_instance(google, names, "users") if has_instance else [],
        triggers=_triggers(google),
        buckets=buckets,
        objects=objects_of(google, names.bucket) if has_bucket else [],
        accounts=accounts,
        keys=_keys(google, names) if has_account else [],
        secrets=secrets,
        policy=project_policy(google),
        policies=policies,
    )


def objects_of(google: Google, bucket: str) -> list[Json]:
    """Lists every generation of every object of a bucket."""
    objects = google.api("storage", "v1", "objects")
    what = f"objects of gs://{bucket}"
    return google.listed(what, objects, "items", bucket=bucket, versions=True)


def project_policy(google: Google) -> Json:
    """Reads the project's IAM policy, conditions included."""
    projects = google.api("cloudresourcemanager", "v3", "projects")
    # Below version 3 Google leaves conditions out, and writing back would lose them.
    body = {"options": {"requestedPolicyVersion": 3}}
    return _policy(google, projects.getIamPolicy(resource=google.parent, body=body))


def runs_of(google: Google) -> list[Json]:
    """Lists Cloud Run's services, jobs and worker pools of every region."""
    # Version 2 lists no regions and takes no "-" for all of them.
    regions = google.api("run", "v1", "projects.locations")
    found: list[Json] = []
    for region in google.listed(
        "Cloud Run regions", regions, "locations", name=google.parent
    ):
        parent = f"{google.parent}/locations/{region['locationId']}"
        for kind in RUN_KINDS:
            what = f"Cloud Run {kind} in {region['locationId']}"
            collection = google.api("run", "v2", f"projects.locations.{kind}")
            found += google.listed(what, collection, kind, parent=parent)
    return found


def _instances(google: Google) -> list[Json]:
    instances = google.api("sqladmin", "v1", "instances")
    return google.listed(
        "Cloud SQL instances", instances, "items", project=google.project
    )


def _of_instance(google: Google, names: Names, kind: str) -> list[Json]:
    collection = google.api("sqladmin", "v1", kind)
    asked = {"project": google.project, "instance": names.instance}
    return google.listed(f"{kind} of {names.instance}", collection, "items", **asked)


def _triggers(google: Google) -> list[Json]:
    regions = google.api("cloudbuild", "v2", "projects.locations")
    listed = google.listed(
        "Cloud Build regions", regions, "locations", name=google.parent
    )
    places = {"global", *(one["locationId"] for one in listed)}
    triggers = google.api("cloudbuild", "v1", "projects.locations.triggers")
    found = []
    for place in sorted(places):
        parent = f"{google.parent}/locations/{place}"
        what = f"Cloud Build triggers in {place}"
        for one in google.listed(what, triggers, "triggers", parent=parent):
            name = f"{parent}/triggers/{one['id']}"
            found.append(one | {"resourceName": name})
    return found


def _buckets(google: Google) -> list[Json]:
    buckets = google.api("storage", "v1", "buckets")
    return google.listed("buckets", buckets, "items", project=google.project)


def _accounts(google: Google) -> list[Json]:
    accounts = google.api("iam", "v1", "projects.serviceAccounts")
    return google.listed("service accounts", accounts, "accounts", name=google.parent)


def _keys(google: Google, names: Names) -> list[Json]:
    keys = google.api("iam", "v1", "projects.serviceAccounts.keys")
    name = f"{google.parent}/serviceAccounts/{names.email}"
    asked = {"name": name, "keyTypes": "USER_MANAGED"}
    return google.listed(f"keys of {names.email}", keys, "keys", **asked)


def _secrets(google: Google) -> list[Json]:
    secrets = google.api("secretmanager", "v1", "projects.secrets")
    versions = google.api("secretmanager", "v1", "projects.secrets.versions")
    found = google.listed("secrets", secrets, "secrets", parent=google.parent)
    for one in found:
        what = f"versions of {one['name']}"
        rows = google.listed(what, versions, "versions", parent=one["name"])
        one["versions"] = len(rows)
    return found


def _policies(
    google: Google, buckets: list[Json], secrets: list[Json]
) -> dict[str, Json]:
    of_bucket = google.api("storage", "v1", "buckets")
    of_secret = google.api("secretmanager", "v1", "projects.secrets")
    found = {
        f"gs://{one['name']}": _policy(
            google, of_bucket.getIamPolicy(bucket=one["name"])
        )
        for one in buckets
    }
    return found | {
        one["name"]: _policy(google, of_secret.getIamPolicy(resource=one["name"]))
        for one in secrets
    }


def _policy(google: Google, request: object) -> Json:
    try:
        return google.answer(request)
    except TeardownError as error:
        raise ListingFailed("an IAM policy", str(error)) from error
