"""MLflow's service account; its keys go with it."""

from typing import Any

from ml_platform.mlflow_exit.teardown.context import Context
from ml_platform.mlflow_exit.teardown.google import Google, Json, change
from ml_platform.mlflow_exit.teardown.prices import NOTHING
from ml_platform.mlflow_exit.teardown.resource import Resource, fingerprint
from ml_platform.mlflow_exit.teardown.usage import short, users_of

# Who has one of these on the account works under its name.
_ACTING = ("roles/iam.workloadIdentityUser", "roles/iam.serviceAccountTokenCreator")


def find(context: Context) -> list[Resource]:
    """Returns the account of that address."""
    return [
        _resource(one, context)
        for one in context.held.accounts
        if one["email"] == context.names.email
    ]


def account_stops(context: Context) -> list[str]:
    """Returns who else runs as the account, or where else it has rights."""
    names, held = context.names, context.held
    own = {f"gs://{names.bucket}"}
    own |= {f"projects/{names.project}/secrets/{one}" for one in names.secrets}
    own.add(f"projects/{names.project}/serviceAccounts/{names.email}")
    elsewhere = [
        f"it has {one['role']} on {where}"
        for where, policy in sorted(held.policies.items())
        for one in policy.get("bindings", [])
        if where not in own and names.member in one["members"]
    ]
    account = f"projects/{names.project}/serviceAccounts/{names.email}"
    acting = [
        f"{member} may act as it ({one['role']})"
        for one in held.policies.get(account, {}).get("bindings", [])
        for member in one["members"]
        if one["role"] in _ACTING
    ]
    return users_of(held, names, [names.email]) + elsewhere + acting


def look(google: Google, name: str) -> Json | None:
    """Returns it as it is now."""
    return google.look(_collection(google).get(name=name))


mark = fingerprint


def remove(google: Google, name: str, held: Json, options: dict[str, Any]) -> str:
    """Deletes it and its keys; done at once."""
    change(_collection(google).delete(name=name))
    return ""


def _resource(one: Json, context: Context) -> Resource:
    keys = ", ".join(short(key["name"]) for key in context.held.keys) or "none"
    project = context.names.project
    return Resource(
        kind="account",
        name=one["name"],
        place="global",
        size=f"unique id {one['uniqueId']}, keys of its own: {keys}",
        cost=NOTHING,
        gcloud=[
            f"gcloud iam service-accounts delete {one['email']} --project {project}"
        ],
        fingerprint=mark(one),
        stops=account_stops(context),
    )


def _collection(google: Google) -> Any:
    return google.api("iam", "v1", "projects.serviceAccounts")
