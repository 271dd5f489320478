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
from ml_platform.mlflow_exit.teardown import google as google_module
from tests.ml_platform.mlflow_exit.conftest import Exit
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
    """Says of every run that its artifacts are at a place that the bucket has."""
    connection = sqlite3.connect(tracking)
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
