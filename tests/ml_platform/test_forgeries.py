"""Every forged notification is refused, logged with its reason, and changes nothing."""

import json
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.http import HttpResponse
from django.test import Client

from ml_platform.experiments.models import QuickTest
from tests.ml_platform.conftest import SECRET
from tests.ml_platform.forgeries import HMAC, OIDC, Forgery, table
from tests.ml_platform.oidc import fetches, key, oidc_token
from tests.ml_platform.samples import sample_document, write_document
from training_metrics.notification import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign

__all__ = ["fetches", "key"]
DOCS = Path(__file__).parents[2] / "docs" / "django.md"
Told = tuple[QuickTest, str, dict[str, Any]]


@pytest.fixture
def told(make_run: Callable[..., QuickTest], settings: Any) -> Told:
    """A run whose document was not announced yet, its address and the true body."""
    run = make_run()
    settings.TRACKLESS_ARTIFACT_ROOTS.append("gs://bucket/runs")
    digest = write_document(Path(run.gcs_artifacts_path), sample_document(3))
    body = {
        "quick_test_id": run.pk,
        "artifacts_uri": run.gcs_artifacts_path,
        "sha256": digest,
        "status": "completed",
    }
    return run, f"/experiments/api/quick-tests/{run.pk}/training-metrics/", body


def sent(path: str, body: bytes, **headers: str) -> HttpResponse:
    return Client().post(path, body, content_type="application/json", headers=headers)


def signed(
    path: str,
    true: bytes,
    body: bytes,
    *,
    secret: str = SECRET,
    age: int = 0,
    claimed_later: int = 0,
    signed: str = "",
    timestamp: str = "",
    unsigned: bool = False,
) -> HttpResponse:
    if unsigned:
        return sent(path, body)
    at = int(time.time()) - age
    signature = sign(secret, at, true if signed else body)
    stamp = timestamp or str(at + claimed_later)
    return sent(path, body, **{TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: signature})


def with_token(
    path: str,
    body: bytes,
    key: Any,
    *,
    token: str | None = None,
    stranger: bool = False,
    algorithm: str = "RS256",
    **claims: Any,
) -> HttpResponse:
    if stranger:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    secret = {"none": None, "HS256": str(key.public_key().public_numbers().n)}
    if token is None:
        token = oidc_token(secret.get(algorithm, key), algorithm=algorithm, **claims)
    return sent(path, body, Authorization=f"Bearer {token}")


def bodies(true: dict[str, Any], forgery: Forgery) -> tuple[bytes, bytes]:
    forged = forgery.body
    if not isinstance(forged, bytes):
        forged = json.dumps(true | forged).encode()
    return json.dumps(true).encode(), forged


def assert_refused(
    response: HttpResponse,
    forgery: Forgery,
    run: QuickTest,
    caplog: pytest.LogCaptureFixture,
) -> None:
    code = response.json()["error"]["code"]
    assert (response.status_code, code) == (forgery.status, forgery.code)
    ours = [r for r in caplog.records if r.name.startswith("ml_platform.")]
    lines = " ".join(record.getMessage() for record in ours)
    assert forgery.logged in lines
    assert SECRET not in caplog.text
    run.refresh_from_db()
    assert (run.training_history_json, run.status) == (None, "submitted")


def by_name(forgery: Forgery) -> str:
    return forgery.tried


@pytest.mark.parametrize("forgery", HMAC, ids=by_name)
def test_by_hmac(
    told: Told, caplog: pytest.LogCaptureFixture, forgery: Forgery
) -> None:
    caplog.set_level(logging.INFO)
    run, path, true = told
    response = signed(path, *bodies(true, forgery), **forgery.sent)
    assert_refused(response, forgery, run, caplog)


@pytest.mark.parametrize("forgery", OIDC, ids=by_name)
def test_by_oidc(
    told: Told,
    key: rsa.RSAPrivateKey,
    fetches: list[str],
    caplog: pytest.LogCaptureFixture,
    forgery: Forgery,
) -> None:
    caplog.set_level(logging.INFO)
    run, path, true = told
    response = with_token(path, bodies(true, forgery)[1], key, **forgery.sent)
    assert_refused(response, forgery, run, caplog)


def test_the_true_call_gets_in_by_both(
    told: Told, key: rsa.RSAPrivateKey, fetches: list[str]
) -> None:
    _, path, true = told
    body = json.dumps(true).encode()
    assert signed(path, body, body).status_code == 200
    assert with_token(path, body, key).status_code == 200


def test_who_guesses_is_soon_not_listened_to(told: Told) -> None:
    _, path, true = told
    body = json.dumps(true).encode()
    guesses = [signed(path, body, body, secret="guess") for _ in range(61)]
    assert [g.status_code for g in guesses] == [401] * 60 + [429]


def test_the_table_of_the_docs_is_this_one() -> None:
    assert table() in DOCS.read_text(), "python -m tests.ml_platform.forgeries"
