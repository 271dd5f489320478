"""The notification endpoint: what gets in, what does not, and what is answered."""

import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from ml_platform.experiments import documents
from ml_platform.experiments.api import auth
from ml_platform.experiments.models import CachedCurves, QuickTest
from tests.ml_platform.conftest import SECRET
from tests.ml_platform.samples import sample_document, write_document

MakeRun = Callable[..., QuickTest]
Post = Callable[..., HttpResponse]


@pytest.fixture
def told(make_run: MakeRun) -> tuple[QuickTest, str, dict[str, Any]]:
    """A run with a document that was not announced yet, its address and the body."""
    run = make_run()
    digest = write_document(Path(run.gcs_artifacts_path), sample_document(10))
    body = {
        "quick_test_id": run.pk,
        "artifacts_uri": run.gcs_artifacts_path,
        "generation": 1,
        "sha256": digest,
        "status": "completed",
    }
    path = f"/experiments/api/quick-tests/{run.pk}/training-metrics/"
    return run, path, body


Told = tuple[QuickTest, str, dict[str, Any]]


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> int:
    """The second at which the endpoint's clock stands still."""
    second = int(time.time())
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: second))
    return second


def refused(response: HttpResponse) -> tuple[int, str]:
    answer = response.json()
    assert answer["success"] is False
    return response.status_code, answer["error"]["code"]


def test_it_caches_and_answers_with_the_digest(told: Told, signed_post: Post) -> None:
    run, path, body = told
    response = signed_post(path, body)
    assert response.status_code == 200
    assert response.json()["sha256"] == body["sha256"]
    run.refresh_from_db()
    assert run.epoch_count == 10
    assert CachedCurves.objects.get(pk=run.pk).document_sha256 == body["sha256"]


def test_a_repeated_notification_is_answered_without_reading(
    told: Told, signed_post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, path, body = told
    signed_post(path, body)
    monkeypatch.setattr(documents, "open_store", lambda uri: pytest.fail(uri))
    response = signed_post(path, body)
    assert (response.status_code, response.json()["sha256"]) == (200, body["sha256"])


def test_both_secrets_count_while_they_rotate(
    told: Told, signed_post: Post, settings: Any
) -> None:
    _, path, body = told
    settings.TRACKLESS_NOTIFY_SECRETS = ["the-new-one", SECRET]
    assert signed_post(path, body).status_code == 200
    assert signed_post(path, body, secret="the-new-one").status_code == 200


def test_an_unsigned_call_is_refused(told: Told) -> None:
    _, path, body = told
    response = Client().post(path, body, content_type="application/json")
    assert refused(response) == (401, "not_authenticated")


def test_a_wrong_secret_is_refused(told: Told, signed_post: Post) -> None:
    _, path, body = told
    response = signed_post(path, body, secret="guess")
    assert refused(response) == (401, "not_authenticated")


@pytest.mark.parametrize("seconds", [-300, 300])
def test_a_signature_of_five_minutes_away_is_taken(
    told: Told, signed_post: Post, stopped_clock: int, seconds: int
) -> None:
    _, path, body = told
    response = signed_post(path, body, at=stopped_clock + seconds)
    assert response.status_code == 200


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_stale_or_future_signature_is_refused(
    told: Told, signed_post: Post, stopped_clock: int, seconds: int
) -> None:
    _, path, body = told
    response = signed_post(path, body, at=stopped_clock + seconds)
    assert refused(response) == (401, "not_authenticated")


def test_a_signature_of_another_body_is_refused(told: Told, signed_post: Post) -> None:
    _, path, body = told
    response = signed_post(path, body, signed_body=b"{}")
    assert refused(response) == (401, "not_authenticated")


def test_without_a_secret_nothing_gets_in(
    told: Told, signed_post: Post, settings: Any
) -> None:
    _, path, body = told
    settings.TRACKLESS_NOTIFY_SECRETS = []
    assert refused(signed_post(path, body)) == (401, "not_authenticated")


def test_a_session_is_no_signature(told: Told, user_client: Client) -> None:
    _, path, body = told
    response = user_client.post(path, body, content_type="application/json")
    assert refused(response) == (401, "not_authenticated")


def test_a_place_outside_the_roots_is_forbidden(told: Told, signed_post: Post) -> None:
    _, path, body = told
    response = signed_post(path, body | {"artifacts_uri": "gs://elsewhere/runs/1"})
    assert refused(response) == (403, "root_not_allowed")


def test_another_runs_place_is_a_conflict(
    told: Told, signed_post: Post, make_run: MakeRun
) -> None:
    _, path, body = told
    other = make_run(sample_document(5))
    response = signed_post(path, body | {"artifacts_uri": other.gcs_artifacts_path})
    assert refused(response) == (409, "another_document")


def test_another_document_is_a_conflict(told: Told, signed_post: Post) -> None:
    run, path, body = told
    response = signed_post(path, body | {"sha256": "0" * 64})
    assert refused(response) == (409, "another_document")
    run.refresh_from_db()
    assert run.training_history_json is None


def test_an_unknown_run_is_not_found(told: Told, signed_post: Post) -> None:
    _, _, body = told
    path = "/experiments/api/quick-tests/999/training-metrics/"
    assert refused(signed_post(path, body)) == (404, "run_not_found")


def test_a_missing_document_cannot_be_processed(told: Told, signed_post: Post) -> None:
    run, path, body = told
    (Path(run.gcs_artifacts_path) / "training_metrics.json").unlink()
    assert refused(signed_post(path, body)) == (422, "document_missing")


def test_a_broken_document_cannot_be_processed(told: Told, signed_post: Post) -> None:
    run, path, body = told
    (Path(run.gcs_artifacts_path) / "training_metrics.json").write_text("{")
    assert refused(signed_post(path, body)) == (422, "document_refused")


def test_a_large_body_is_refused_before_it_is_read(
    told: Told, signed_post: Post
) -> None:
    _, path, _ = told
    response = signed_post(path, b"x" * 70_000)
    assert refused(response) == (413, "body_too_large")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"quick_test_id": "x"}'])
def test_a_body_of_another_shape_is_a_bad_request(
    told: Told, signed_post: Post, body: bytes
) -> None:
    _, path, _ = told
    assert refused(signed_post(path, body)) == (400, "bad_request")


def test_a_run_that_wrote_nothing_can_still_say_that_it_failed(
    make_run: MakeRun, signed_post: Post
) -> None:
    run = make_run()
    body = {
        "quick_test_id": run.pk,
        "artifacts_uri": run.gcs_artifacts_path,
        "generation": None,
        "sha256": None,
        "status": "failed",
    }
    path = f"/experiments/api/quick-tests/{run.pk}/training-metrics/"
    response = signed_post(path, body)
    assert (response.status_code, response.json()["available"]) == (200, False)
    run.refresh_from_db()
    assert (run.status, run.reason_code) == ("failed", "DOCUMENT_MISSING")


def test_refusals_are_logged_without_secrets(
    told: Told, signed_post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    _, path, body = told
    signed_post(path, body, secret="guess")
    assert "refused" in caplog.text
    assert SECRET not in caplog.text
    assert body["sha256"] not in caplog.text
