"""Notifications by OIDC, with keys of our own served on loopback."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.http import HttpResponse
from django.test import Client

from ml_platform.experiments.api import oidc
from ml_platform.experiments.models import QuickTest

AUDIENCE = "https://runs.example"
EMAIL = "pipeline@project.iam.gserviceaccount.com"
PATH = "/experiments/api/quick-tests/"


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    """The key that the certificates' server vouches for."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def fetches(key: rsa.RSAPrivateKey, settings: Any) -> Iterator[list[str]]:
    """Serves the certificates; collects who asked for them."""
    asked: list[str] = []
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    body = json.dumps({"keys": [public | {"kid": "one", "use": "sig"}]}).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            """Keeps quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.TRACKLESS_OIDC_CERTS_URL = f"http://127.0.0.1:{server.server_port}/certs"
    settings.TRACKLESS_OIDC_AUDIENCE = AUDIENCE
    settings.TRACKLESS_OIDC_EMAILS = [EMAIL]
    oidc._certificates.cache_clear()
    yield asked
    server.shutdown()
    server.server_close()


@pytest.fixture
def post(key: rsa.RSAPrivateKey, db: None) -> Callable[..., HttpResponse]:
    """Posts a run with a token whose claims can be made wrong."""

    def call(signed_with: Any = key, kid: str = "one", **claims: Any) -> HttpResponse:
        now = int(time.time())
        told = {
            "iss": "https://accounts.google.com",
            "aud": AUDIENCE,
            "email": EMAIL,
            "email_verified": True,
            "iat": now,
            "exp": now + 600,
        }
        token = jwt.encode(
            told | claims, signed_with, algorithm="RS256", headers={"kid": kid}
        )
        return Client().post(
            PATH,
            {"name": "by oidc"},
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )

    return call


def test_a_listed_service_account_gets_in_and_certificates_are_cached(
    post: Callable[..., HttpResponse], fetches: list[str]
) -> None:
    assert [post().status_code for _ in range(3)] == [200, 200, 200]
    assert fetches == ["/certs"]


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://elsewhere.example"},
        {"iss": "https://evil.example"},
        {"email": "other@project.iam.gserviceaccount.com"},
        {"email_verified": False},
        {"email_verified": "true"},
        {"exp": 1_000_000_000},
        {"iat": 4_000_000_000},
        {"aud": None},
    ],
)
def test_a_claim_that_does_not_hold_is_refused(
    post: Callable[..., HttpResponse],
    fetches: list[str],
    claims: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    response = post(**claims)
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "not_authenticated"
    assert not QuickTest.objects.exists()
    assert f"call to {PATH} refused" in caplog.text


def test_another_key_is_refused(
    post: Callable[..., HttpResponse], fetches: list[str]
) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert post(signed_with=stranger).status_code == 401
    assert post(signed_with=stranger, kid="two").status_code == 401


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "x" * 10_000, "eyJhbGciOiJub25lIn0.e30."]
)
def test_what_is_no_token_is_refused(fetches: list[str], db: None, token: str) -> None:
    response = Client().post(
        PATH,
        {"name": "x"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert response.status_code == 401


def test_certificates_that_are_away_ask_to_try_again(
    post: Callable[..., HttpResponse], fetches: list[str], settings: Any
) -> None:
    settings.TRACKLESS_OIDC_CERTS_URL = "http://127.0.0.1:9/certs"
    response = post()
    assert (response.status_code, response.json()["error"]["code"]) == (
        503,
        "store_unavailable",
    )


def test_without_an_audience_oidc_is_off(
    post: Callable[..., HttpResponse], fetches: list[str], settings: Any
) -> None:
    settings.TRACKLESS_OIDC_AUDIENCE = ""
    assert post().status_code == 401
    assert fetches == []
