"""What MLflow's resources are called, and which services may lose its settings.

Usual names stand here; those of a platform in `TRACKLESS_MLFLOW_NAMES` of Django's
settings, a dictionary; those of one command in its options.
"""

import re
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from django.conf import settings

from ml_platform.mlflow_exit.teardown.errors import NamesRefused, SettingRefused

SETTING = "TRACKLESS_MLFLOW_NAMES"
_EXACT = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")


def settings_names() -> dict[str, Any]:
    """Returns the names of this platform; none where the setting is absent."""
    return dict(getattr(settings, SETTING, {}))


@dataclass(frozen=True)
class Names:
    """The names of one MLflow in one project; the defaults are the usual ones.

    Attributes:
        project: the project's id.
        bucket: the bucket of its artifacts.
        service: the Cloud Run service that is MLflow's server.
        instance: its Cloud SQL instance.
        database: its database on the instance.
        user: its user of the database.
        trigger: the Cloud Build trigger that deploys it.
        account: the service account that it runs as, without `@…`.
        secrets: its secrets in Secret Manager.
        clients: Cloud Run services, jobs and worker pools that lose their MLFLOW_*
            settings: yours, which no longer need MLflow.
    """

    project: str
    bucket: str
    service: str = "mlflow-server"
    instance: str = "mlflow-db"
    database: str = "mlflow"
    user: str = "mlflow"
    trigger: str = "mlflow-server"
    account: str = "mlflow-server"
    secrets: list[str] = field(default_factory=lambda: ["mlflow-db-password"])
    clients: list[str] = field(default_factory=lambda: ["django"])

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            for one in value if isinstance(value, list) else [value]:
                if not _EXACT.fullmatch(one):
                    raise NamesRefused(f"--{name.rstrip('s')}", one)

    @classmethod
    def given(cls, project: str, **given: Any) -> "Names":
        """Returns the given names, and those of `settings_names` for all others.

        Raises:
            NamesRefused: One names no single resource.
            SettingRefused: The setting has what no resource is called by.
        """
        usual = {"bucket": f"{project}-mlflow-artifacts"}
        chosen = usual | settings_names() | given
        known = sorted({one.name for one in fields(cls)} - {"project"})
        for name in sorted(set(chosen) - set(known)):
            raise SettingRefused(SETTING, name, known)
        return cls(project, **chosen)

    @property
    def email(self) -> str:
        """The service account's address."""
        return f"{self.account}@{self.project}.iam.gserviceaccount.com"

    @property
    def member(self) -> str:
        """The service account as IAM policies name it."""
        return f"serviceAccount:{self.email}"

    def told(self) -> dict[str, Any]:
        """Returns all of them, as the record keeps them."""
        return asdict(self)
