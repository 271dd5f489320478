"""The permissions that each mode needs, and the question whether one has them."""

from ml_platform.mlflow_exit.teardown.errors import ExecutionRefused
from ml_platform.mlflow_exit.teardown.google import Google

PLAN = (
    "cloudbuild.builds.list",
    "cloudsql.databases.list",
    "cloudsql.instances.list",
    "cloudsql.users.list",
    "iam.serviceAccountKeys.list",
    "iam.serviceAccounts.getIamPolicy",
    "iam.serviceAccounts.list",
    "monitoring.timeSeries.list",
    "resourcemanager.projects.getIamPolicy",
    "run.jobs.list",
    "run.locations.list",
    "run.services.list",
    "run.workerpools.list",
    "secretmanager.secrets.getIamPolicy",
    "secretmanager.secrets.list",
    "secretmanager.versions.list",
    "storage.buckets.getIamPolicy",
    "storage.buckets.list",
    "storage.objects.list",
)
EXECUTE = (
    *PLAN,
    "cloudbuild.builds.get",
    "cloudbuild.builds.update",
    "cloudsql.backupRuns.create",
    "cloudsql.instances.delete",
    "cloudsql.instances.get",
    "iam.serviceAccounts.actAs",
    "iam.serviceAccounts.delete",
    "iam.serviceAccounts.get",
    "resourcemanager.projects.setIamPolicy",
    "run.jobs.get",
    "run.jobs.update",
    "run.operations.get",
    "run.services.delete",
    "run.services.get",
    "run.services.update",
    "run.workerpools.get",
    "run.workerpools.update",
    "secretmanager.secrets.delete",
    "secretmanager.secrets.get",
    "storage.buckets.delete",
    "storage.buckets.get",
    "storage.objects.delete",
)


def permissions_check(google: Google, needed: tuple[str, ...]) -> None:
    """Asks Google which of the permissions the caller has on the project.

    Raises:
        ExecutionRefused: Some are missing; all of them are named.
        GoogleError: Google did not say.
    """
    projects = google.api("cloudresourcemanager", "v3", "projects")
    body = {"permissions": list(needed)}
    request = projects.testIamPermissions(resource=google.parent, body=body)
    held = google.answer(request).get("permissions", [])
    missing = sorted(set(needed) - set(held))
    if missing:
        raise ExecutionRefused(
            [f"permission {name} on {google.parent} is missing" for name in missing]
        )
