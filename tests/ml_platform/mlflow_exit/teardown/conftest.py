"""An MLflow in a cloud on loopback, imported and proven, ready to be switched off."""

import io
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from ml_platform.experiments.models import QuickTest, RunStatus
from ml_platform.mlflow_exit.models import StepState, TeardownStep
from ml_platform.mlflow_exit.teardown import google as google_module
from tests.ml_platform.mlflow_exit.conftest import Exit
from tests.support.google import acme as acme_module
from tests.support.google.acme import BUCKET, acme
from tests.support.google.server import Google, serve_google

Step = Callable[..., tuple[int, str]]


@pytest.fixture(scope="session")
def cloud() -> Iterator[Google]:
    """One server for all tests: Google's client reads its documents once a server."""
    with serve_google(acme()) as server:
        yield server


@pytest.fixture
def google(cloud: Google, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Google:
    """The cloud with a project of the test's own; nothing waits between two calls."""
    monkeypatch.setattr(google_module, "sleep", lambda _: None)
    cloud.hold(acme(["0/known/artifacts/model.pkl"]))
    settings.TRACKLESS_GOOGLE_ENDPOINT = cloud.url
    return cloud


@pytest.fixture
def teardown(db: None) -> Step:
    """Runs `teardown` on the project; gives exit code and output, 2 with the error."""

    def run(*arguments: str, project: str = "acme") -> tuple[int, str]:
        out = io.StringIO()
        given = ("--project", project, *arguments)
        try:
            call_command("mlflow_exit", "teardown", *given, stdout=out)
        except SystemExit as stop:
            return int(stop.code or 0), out.getvalue()
        except CommandError as error:
            return error.returncode, out.getvalue() + str(error)
        return 0, out.getvalue()

    return run


@pytest.fixture
def proven(mlflow_exit: Exit, tracking: Path, tmp_path: Path) -> list[str]:
    """Imports, backs up and verifies; returns the options that `--execute` needs."""
    place_artifacts(tracking)
    backup = tmp_path / "backup"
    for step in (("backup", "--to", str(backup)), ("import",), ("verify",)):
        assert mlflow_exit(*step)[0] == 0
    new_runs(3)
    source = f"sqlite:///{tracking}"
    told = ["--confirm", "acme", "--source", source, "--backup", str(backup)]
    return ["--execute", *told, "--final-backup-days", "30"]


def place_artifacts(tracking: Path) -> None:
    """Leaves one run, for time, and says that its artifacts are in the bucket."""
    connection = sqlite3.connect(tracking)
    connection.execute("DELETE FROM runs WHERE name != 'failed'")
    for table in ("metrics", "latest_metrics", "params", "tags"):
        left = "run_uuid NOT IN (SELECT run_uuid FROM runs)"
        connection.execute(f"DELETE FROM {table} WHERE {left}")
    uri = f"gs://{BUCKET}/0/known/artifacts"
    connection.execute("UPDATE runs SET artifact_uri = ?", (uri,))
    connection.commit()
    connection.close()


def new_runs(count: int) -> None:
    """Makes completed runs that came without MLflow and are cached."""
    for number in range(9000, 9000 + count):
        QuickTest.objects.create(
            number=number,
            name=f"new {number}",
            status=RunStatus.COMPLETED,
            cached_at=timezone.now(),
            training_history_json={"available": True},
        )


def assert_record_is_true(google: Google) -> None:
    """What is recorded as gone is gone, and what is gone was recorded before."""
    held = google.project
    members = str(held.policies[f"projects/{acme_module.ID}"].get("bindings"))
    env = str(held.kind("services")[acme_module.DJANGO])
    there = {
        "setting": "MLFLOW_" in env,
        "trigger": acme_module.TRIGGER in held.kind("triggers"),
        "service": acme_module.SERVER in held.kind("services"),
        "secret": acme_module.SECRET in held.kind("secrets"),
        "binding": acme_module.EMAIL in members,
        "account": acme_module.ACCOUNT in held.kind("accounts"),
        "instance": "mlflow-db" in held.kind("instances"),
        "bucket": BUCKET in held.kind("buckets"),
    }
    for step in TeardownStep.objects.all():
        if step.state == StepState.GONE:
            assert not there[step.kind], f"{step} though it is there"
        if not there[step.kind]:
            assert step.state != StepState.PLANNED, f"{step} though it is gone"
