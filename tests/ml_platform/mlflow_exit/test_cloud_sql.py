"""`mlflow_exit backup --cloud-sql`: Google's own backup and export, to their end."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from ml_platform.mlflow_exit.cloud_sql import cloud_sql_backup
from ml_platform.mlflow_exit.errors import CloudSqlFailed
from ml_platform.mlflow_exit.manifest import manifest_read
from ml_platform.mlflow_exit.teardown import google as google_module
from tests.ml_platform.mlflow_exit.conftest import Exit
from tests.support.gcs import Gcs
from tests.support.google.acme import BUCKET, acme
from tests.support.google.server import Google, serve_google

ADDRESS = "acme:mlflow-db:mlflow"
PLACE = f"gs://{BUCKET}/backup"


@pytest.fixture(scope="module")
def cloud() -> Iterator[Google]:
    with serve_google(acme()) as server:
        yield server


@pytest.fixture
def google(cloud: Google, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Google:
    """A project of the test's own; nothing waits between two calls."""
    monkeypatch.setattr(google_module, "sleep", lambda _: None)
    cloud.hold(acme())
    settings.TRACKLESS_GOOGLE_ENDPOINT = cloud.url
    return cloud


def asked(google: Google, method: str) -> int:
    """How often a method was called."""
    return sum(name.endswith(method) for name, _ in google.calls)


def test_both_are_made_and_followed_to_their_end(google: Google) -> None:
    google.project.polls = 3
    made = cloud_sql_backup(address=ADDRESS, place=PLACE)
    ((number, run),) = google.project.kind("backup runs").items()
    assert (run["status"], made.backup_id) == ("SUCCESSFUL", number)
    assert made.export == f"{PLACE}/cloud_sql.sql.gz"
    assert made.export_bytes == 4096
    assert all(one.done for one in google.project.operations.values())


def test_the_manifest_names_them_beside_the_tables(
    google: Google, gcs: Gcs, mlflow_exit: Exit
) -> None:
    place = "gs://bucket/backup"
    google.project.kind("buckets")["bucket"] = {"name": "bucket"}
    code, out = mlflow_exit("backup", "--to", place, "--cloud-sql", ADDRESS)
    assert code == 0
    assert "Cloud SQL acme:mlflow-db: backup 1000, export gs://bucket/backup/" in out
    manifest = manifest_read(place)
    assert manifest is not None
    assert manifest.cloud_sql is not None
    assert manifest.cloud_sql.database == "mlflow"


@pytest.mark.parametrize("method", ["backupRuns.insert", "instances.export"])
@pytest.mark.parametrize("fault", ["lost", "broken off"])
def test_what_was_begun_is_gone_on_with_and_not_begun_again(
    google: Google, method: str, fault: str
) -> None:
    """The answer is lost, or the caller dies while Google works."""
    if fault == "lost":
        google.fail(method, "lost")
    else:
        google.after = lambda call: (
            google.fail("operations.get", 403) if call.id.endswith(method) else None
        )
    with pytest.raises(CloudSqlFailed, match="run the step again with the same place"):
        cloud_sql_backup(address=ADDRESS, place=PLACE)
    google.after = None
    made = cloud_sql_backup(address=ADDRESS, place=PLACE)
    assert (asked(google, "backupRuns.insert"), asked(google, "export")) == (1, 1)
    assert cloud_sql_backup(address=ADDRESS, place=PLACE) == made
    assert (asked(google, "backupRuns.insert"), asked(google, "export")) == (1, 1)


@pytest.mark.parametrize("method", ["backupRuns.insert", "instances.export"])
def test_a_failure_of_googles_is_named_and_the_next_try_is_a_new_one(
    google: Google, method: str
) -> None:
    google.project.failing[method] = "the disk is full"
    with pytest.raises(CloudSqlFailed, match="the disk is full; run the step again"):
        cloud_sql_backup(address=ADDRESS, place=PLACE)
    assert cloud_sql_backup(address=ADDRESS, place=PLACE).export_bytes == 4096


def test_another_operation_is_not_disturbed(google: Google) -> None:
    google.fail("backupRuns.insert", 409)
    with pytest.raises(CloudSqlFailed, match="another operation is under way"):
        cloud_sql_backup(address=ADDRESS, place=PLACE)


def test_a_wrong_address_or_place_is_refused_before_any_call(
    google: Google, mlflow_exit: Exit, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="it is no PROJECT:INSTANCE:DATABASE"):
        mlflow_exit("backup", "--to", PLACE[:-1], "--cloud-sql", "acme:mlflow-db")
    place = str(tmp_path / "backup")
    with pytest.raises(CommandError, match="it exports to a bucket, not to /"):
        mlflow_exit("backup", "--to", place, "--cloud-sql", ADDRESS)
    assert not Path(place).exists()
    assert google.calls == []
