"""The project `acme`: an MLflow in its cloud as people have it, and decoys beside it.

`acme()` holds nothing but MLflow and the Django service that uses it; `with_decoys`
adds what a teardown must not touch or must stop at.
"""

from typing import Any

from tests.support.google import others, run, sql  # noqa: F401 registers the answers
from tests.support.google.documents import Json
from tests.support.google.project import Project

ID = "acme"
REGION = "europe-west1"
PLACE = f"projects/{ID}/locations/{REGION}"
SERVER = f"{PLACE}/services/mlflow-server"
DJANGO = f"{PLACE}/services/django"
TRIGGER = f"{PLACE}/triggers/5d1f"
SECRET = f"projects/{ID}/secrets/mlflow-db-password"
EMAIL = f"mlflow-server@{ID}.iam.gserviceaccount.com"
ACCOUNT = f"projects/{ID}/serviceAccounts/{EMAIL}"
BUCKET = f"{ID}-mlflow-artifacts"
CONNECTION = f"{ID}:{REGION}:mlflow-db"
URL = "https://mlflow-server-abc123-ew.a.run.app"


def acme(artifacts: list[str] | None = None) -> Project:
    """Returns the project.

    Args:
        artifacts: names of the bucket's objects.
    """
    project = Project(ID)
    container: Json = {
        "image": "mlflow",
        "env": [
            {
                "name": "DB_PASSWORD",
                "valueSource": {
                    "secretKeyRef": {
                        "secret": "mlflow-db-password",
                        "version": "latest",
                    }
                },
            }
        ],
        "resources": {"limits": {"cpu": "1", "memory": "2Gi"}},
    }
    template: Json = {
        "containers": [container],
        "serviceAccount": EMAIL,
        "scaling": {"minInstanceCount": 1},
        "volumes": [{"name": "sql", "cloudSqlInstance": {"instances": [CONNECTION]}}],
    }
    add_service(project, "mlflow-server", template, uri=URL)
    add_service(
        project,
        "django",
        with_env({"MLFLOW_TRACKING_URI": URL, "DEBUG": "0"}),
        uri="https://django-abc123-ew.a.run.app",
    )
    add_instance(project, "mlflow-db")
    for name in ("postgres", "mlflow"):
        add_below(project, "databases", "mlflow-db", name)
        add_below(project, "users", "mlflow-db", name)
    add_trigger(project, TRIGGER, "mlflow-server")
    add_secret(project, "mlflow-db-password")
    add_account(project, "mlflow-server")
    key = f"{ACCOUNT}/keys/k1"
    project.kind("keys")[key] = {"name": key, "keyType": "USER_MANAGED"}
    add_bucket(project, BUCKET)
    for name in artifacts or []:
        add_object(project, BUCKET, name)
    member = f"serviceAccount:{EMAIL}"
    project.policies[f"projects/{ID}"] = {
        "version": 1,
        "etag": "AAAAAAAA",
        "bindings": [
            {"role": "roles/cloudsql.client", "members": [member]},
            {"role": "roles/editor", "members": ["user:a@acme.example", member]},
        ],
    }
    return project


def with_decoys(project: Project) -> Project:
    """Adds a look-alike service, a second database, a shared secret, a stray file."""
    add_service(project, "mlflow-server-staging", with_env({"A": "mlflow-server-2"}))
    shared: Json = {
        "name": "PASSWORD",
        "valueSource": {"secretKeyRef": {"secret": "mlflow-db-password"}},
    }
    add_job(project, "nightly-report", {"containers": [{"env": [shared]}]})
    add_below(project, "databases", "mlflow-db", "billing")
    add_object(project, BUCKET, "holiday.jpg", size=4096)
    add_bucket(project, "acme-mlflow-artifacts-archive")
    add_account(project, "django")
    add_secret(project, "django-secret-key")
    return project


def with_env(values: dict[str, str]) -> Json:
    """Returns a revision template with these environment variables."""
    env = [{"name": name, "value": value} for name, value in values.items()]
    return {"containers": [{"image": "i", "env": env}]}


def add_service(project: Project, name: str, template: Json, uri: str = "") -> None:
    """Adds a Cloud Run service."""
    full = f"{PLACE}/services/{name}"
    extra = {"uri": uri, "urls": [uri]} if uri else {}
    held = {"name": full, "etag": project.tag(), "template": template}
    project.kind("services")[full] = held | extra


def add_job(project: Project, name: str, template: Json) -> None:
    """Adds a Cloud Run job."""
    full = f"{PLACE}/jobs/{name}"
    held = {"name": full, "etag": project.tag(), "template": {"template": template}}
    project.kind("jobs")[full] = held


def add_pool(project: Project, name: str, template: Json) -> None:
    """Adds a Cloud Run worker pool, in the other region."""
    full = f"projects/{ID}/locations/us-central1/workerPools/{name}"
    held = {"name": full, "etag": project.tag(), "template": template}
    project.kind("workerPools")[full] = held


def add_instance(project: Project, name: str, **settings: Any) -> None:
    """Adds a Cloud SQL instance."""
    project.kind("instances")[name] = {
        "name": name,
        "project": ID,
        "region": REGION,
        "databaseVersion": "POSTGRES_15",
        "state": "RUNNABLE",
        "connectionName": f"{ID}:{REGION}:{name}",
        "settings": {
            "tier": "db-f1-micro",
            "dataDiskSizeGb": "10",
            "dataDiskType": "PD_SSD",
            **settings,
        },
    }


def add_below(project: Project, kind: str, instance: str, name: str) -> None:
    """Adds a database or user to an instance."""
    held = {"name": name, "instance": instance, "project": ID}
    project.kind(kind)[f"{instance}/{name}"] = held


def add_trigger(project: Project, full: str, name: str, **more: Any) -> None:
    """Adds a Cloud Build trigger."""
    held = {"id": full.rpartition("/")[2], "name": name, "resourceName": full}
    project.kind("triggers")[full] = held | {"filename": "cloudbuild.yaml"} | more


def add_secret(project: Project, name: str) -> None:
    """Adds a secret with one version."""
    full = f"projects/{ID}/secrets/{name}"
    project.kind("secrets")[full] = {"name": full, "etag": project.tag()}


def add_account(project: Project, name: str) -> None:
    """Adds a service account."""
    email = f"{name}@{ID}.iam.gserviceaccount.com"
    full = f"projects/{ID}/serviceAccounts/{email}"
    held = {"name": full, "email": email, "projectId": ID, "uniqueId": "1"}
    project.kind("accounts")[full] = held


def add_bucket(project: Project, name: str, **more: Any) -> None:
    """Adds a bucket."""
    held = {"name": name, "id": name, "location": "EUROPE-WEST1", "metageneration": "1"}
    project.kind("buckets")[name] = held | {"storageClass": "STANDARD"} | more


def add_object(project: Project, bucket: str, name: str, size: int = 1024) -> None:
    """Adds an object."""
    held = {"name": name, "bucket": bucket, "generation": "7", "size": str(size)}
    project.kind("objects")[f"{bucket}/{name}#7"] = held


def add_points(
    project: Project, kind: str, resource: dict[str, str], value: int, **metric: str
) -> None:
    """Adds a series of Cloud Monitoring with one point."""
    project.series.append(
        {
            "metric": {"type": kind, "labels": metric},
            "resource": {"type": "any", "labels": resource},
            "points": [{"value": {"int64Value": str(value)}}],
        }
    )
