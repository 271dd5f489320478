"""`/healthz` and `/readyz`: what is asked, and what is said where one is away."""

import time
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connections
from django.http import HttpResponse
from django.test import Client

from ml_platform.experiments import readiness
from tests.support.gcs import Gcs


@pytest.fixture
def artifacts(tmp_path: Path) -> Path:
    folder = tmp_path / "artifacts"
    folder.mkdir()
    return folder


def ready(client: Client) -> tuple[int, dict[str, Any]]:
    response: HttpResponse = client.get("/readyz")
    told = response.json()
    told.pop("success")
    return response.status_code, told


def test_both_answer(client: Client, db: None, artifacts: Path) -> None:
    assert ready(client) == (200, {"database": "ready", "artifact_store": "ready"})


def test_healthz_asks_nothing(client: Client, settings: Any) -> None:
    """Without the fixture `db`, a query would fail the test."""
    settings.TRACKLESS_ARTIFACT_ROOTS = ["/nowhere"]
    assert client.get("/healthz").json() == {"success": True}


def test_a_folder_that_is_not_there_is_away(client: Client, db: None) -> None:
    code, told = ready(client)
    assert (code, told["database"], told["artifact_store"]) == (503, "ready", "away")
    assert told["error"]["code"] == "not_ready"
    assert told["error"]["message"] == "artifact_store: no answer; ask again"


def test_a_database_that_refuses_is_away(
    client: Client, db: None, artifacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: object) -> None:
        raise DatabaseError("refused")

    with monkeypatch.context() as patched:
        patched.setattr(type(connections["default"]), "cursor", refuse)
        code, told = ready(client)
    assert (code, told["database"], told["artifact_store"]) == (503, "away", "ready")


def test_a_bucket_that_says_nothing_is_there_is_ready(
    client: Client, db: None, gcs: Gcs
) -> None:
    assert ready(client)[0] == 200


def test_a_bucket_that_stays_away_is_told_in_time(
    client: Client, db: None, gcs: Gcs
) -> None:
    gcs.fail("503", times=1000, method="GET")
    started = time.monotonic()
    code, told = ready(client)
    gcs.faults.clear()
    assert (code, told["artifact_store"]) == (503, "away")
    assert time.monotonic() - started < 2 * readiness.ANSWER_SECONDS


def test_what_hangs_is_given_up_and_asked_once_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def hang() -> None:
        asked.append(1)
        time.sleep(0.4)

    monkeypatch.setattr(readiness, "ANSWER_SECONDS", 0.1)
    needed = readiness.Needed("sleeper", hang)
    assert not needed.answers()
    assert not needed.answers()
    assert len(asked) == 1
