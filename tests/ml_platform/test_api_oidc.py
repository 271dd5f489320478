"""Notifications by OIDC, with keys of our own served on loopback."""

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.http import HttpResponse
from django.test import Client

from ml_platform.experiments.models import QuickTest
from tests.ml_platform.oidc import fetches, key, oidc_token

__all__ = ["fetches", "key"]
PATH = "/experiments/api/quick-tests/"


@pytest.fixture
def post(key: rsa.RSAPrivateKey, db: None) -> Callable[..., HttpResponse]:
    """Posts a run with a token whose claims can be made wrong."""

    def call(signed_with: Any = key, kid: str = "one", **claims: Any) -> HttpResponse:
        token = oidc_token(signed_with, kid=kid, **claims)
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
