"""The roles that MLflow's service account has on the project."""

from typing import Any

from ml_platform.mlflow_exit.teardown.context import Context
from ml_platform.mlflow_exit.teardown.google import Google, Json, change
from ml_platform.mlflow_exit.teardown.holdings import project_policy
from ml_platform.mlflow_exit.teardown.kinds.accounts import account_stops
from ml_platform.mlflow_exit.teardown.prices import NOTHING
from ml_platform.mlflow_exit.teardown.resource import Resource, fingerprint


def find(context: Context) -> list[Resource]:
    """Returns one resource, all roles together, where there is a role."""
    member = context.names.member
    roles = roles_of(context.held.policy, member)
    if not roles:
        return []
    project = context.names.project
    return [
        Resource(
            kind="binding",
            name=member,
            place="global",
            size=", ".join(roles),
            cost=NOTHING,
            gcloud=[
                f"gcloud projects remove-iam-policy-binding {project} "
                f"--member {member} --role {role} --all"
                for role in roles
            ],
            fingerprint=fingerprint(roles),
            stops=account_stops(context),
        )
    ]


def roles_of(policy: Json, member: str) -> list[str]:
    """Returns the roles of a member."""
    bindings = policy.get("bindings", [])
    return sorted({one["role"] for one in bindings if member in one["members"]})


def look(google: Google, name: str) -> Json | None:
    """Returns the project's policy where the member still has a role, with `member`."""
    policy = project_policy(google)
    return policy | {"member": name} if roles_of(policy, name) else None


def mark(held: Json) -> str:
    """Returns the fingerprint of the member's roles."""
    return fingerprint(roles_of(held, held["member"]))


def remove(google: Google, name: str, held: Json, options: dict[str, Any]) -> str:
    """Writes the policy without the member, if it is still the one looked at."""
    policy = {key: one for key, one in held.items() if key != "member"}
    policy["bindings"] = [
        one | {"members": members}
        for one in held["bindings"]
        if (members := [member for member in one["members"] if member != name])
    ]
    projects = google.api("cloudresourcemanager", "v3", "projects")
    body = {"policy": policy}
    change(projects.setIamPolicy(resource=google.parent, body=body))
    return ""
