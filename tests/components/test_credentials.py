"""Who sends a notification: the secret at hand, Secret Manager's, or Google's word."""

import base64
import time

import jwt
import pytest

from components import credentials
from components.credentials import GoogleIdentity, NoCredential, SharedSecret, find
from tests.support.recorder import recording
from tests.support.service_account import EMAIL, write_key

NAME = "projects/shop/secrets/notify/versions/3"
AUDIENCE = "https://shop.example/experiments"


@pytest.fixture
def google(tmp_path, monkeypatch):
    """Google on loopback: tokens of a service account, and one secret."""

    def answer(request):
        if request.path == "/token":
            claims = {"aud": AUDIENCE, "email": EMAIL, "exp": int(time.time()) + 3600}
            identity = jwt.encode(claims, key, algorithm="RS256")
            return 200, {
                "access_token": "token",
                "id_token": identity,
                "expires_in": 3600,
            }
        if request.path == f"/v1/{NAME}:access":
            data = base64.b64encode(b"kept-in-google,older\n").decode()
            return 200, {"name": NAME, "payload": {"data": data}}
        return 403, {"error": {"message": "Permission denied"}}

    with recording(answer) as recorder:
        key = write_key(tmp_path / "key.json", f"{recorder.url}/token")
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))
        monkeypatch.setattr(credentials, "SECRET_MANAGER", recorder.url)
        yield recorder


@pytest.fixture
def no_google(monkeypatch):
    """A machine that is no Google's: no key, no metadata server."""
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "TRACKLESS_NOTIFY_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GCE_METADATA_HOST", "127.0.0.1:9")
    monkeypatch.setenv("GCE_METADATA_IP", "127.0.0.1:9")
    monkeypatch.setenv("GCE_METADATA_TIMEOUT", "1")


def test_the_secret_of_the_environment_is_used_as_it_is(monkeypatch):
    monkeypatch.setenv("TRACKLESS_NOTIFY_SECRET", "s3cret, older")
    assert find(AUDIENCE) == SharedSecret("s3cret")


def test_the_name_of_a_version_is_looked_up(google, monkeypatch):
    monkeypatch.setenv("TRACKLESS_NOTIFY_SECRET", NAME)
    assert find(AUDIENCE) == SharedSecret("kept-in-google")
    assert google.requests[-1].headers["authorization"] == "Bearer token"


def test_a_secret_that_is_not_given_is_one_line(google, monkeypatch):
    other = NAME.replace("notify", "other")
    monkeypatch.setenv("TRACKLESS_NOTIFY_SECRET", other)
    with pytest.raises(NoCredential) as refused:
        find(AUDIENCE)
    assert str(refused.value).startswith(f"{other}: Secret Manager does not give")
    assert "403" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_without_a_secret_google_says_who_it_is(google, monkeypatch):
    monkeypatch.delenv("TRACKLESS_NOTIFY_SECRET", raising=False)
    credential = find(AUDIENCE)
    assert credential == GoogleIdentity(AUDIENCE)
    scheme, _, token = credential.headers(b"{}")["Authorization"].partition(" ")
    assert scheme == "Bearer"
    assert jwt.decode(token, options={"verify_signature": False})["email"] == EMAIL
    asked = dict(
        part.split("=") for part in google.requests[-1].body.decode().split("&")
    )
    assertion = jwt.decode(asked["assertion"], options={"verify_signature": False})
    assert assertion["target_audience"] == AUDIENCE


@pytest.mark.usefixtures("no_google")
def test_with_neither_it_says_what_to_set():
    with pytest.raises(NoCredential, match="TRACKLESS_NOTIFY_SECRET is not set and no"):
        find(AUDIENCE).headers(b"{}")
