"""Personal tokens: what they open, what they do not, and how they end."""

import io

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import Client

from ml_platform.experiments.models import ApiToken, QuickTest

PATH = "/experiments/api/quick-tests/"


@pytest.fixture
def token(db: None) -> str:
    """A token as the command prints it."""
    get_user_model().objects.create_user("ana")
    out = io.StringIO()
    call_command("api_token", "create", "ana", "--name", "notebook", stdout=out)
    return out.getvalue().strip()


def get(token: str, path: str = PATH) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return Client().get(path, headers=headers).status_code


def test_a_token_reads(token: str, sample_run: QuickTest) -> None:
    assert get(token) == 200
    assert get(token, f"{PATH}{sample_run.pk}/training-history/") == 200


def test_a_token_compares_without_csrf(token: str) -> None:
    response = Client(enforce_csrf_checks=True).post(
        "/experiments/api/experiments/compare/",
        {"ids": [1, 2]},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert response.status_code == 404


def test_a_session_needs_csrf_to_compare(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(get_user_model().objects.create_user("ben"))
    response = client.post(
        "/experiments/api/experiments/compare/",
        {"ids": [1, 2]},
        content_type="application/json",
    )
    assert response.status_code == 403
    assert response.json()["success"] is False


def test_a_token_that_reads_creates_nothing(token: str) -> None:
    response = Client().post(
        PATH,
        {"name": "x"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert response.status_code == 403
    assert response.json()["error"]["code"] == "not_permitted"
    assert not QuickTest.objects.exists()


def test_only_its_hash_is_kept(token: str) -> None:
    kept = ApiToken.objects.get()
    assert token not in str(vars(kept))
    assert kept.name == "notebook"


def test_a_revoked_token_reads_nothing(token: str) -> None:
    known = str(ApiToken.objects.get().pk)
    call_command("api_token", "revoke", known, stdout=io.StringIO())
    assert get(token) == 401
    with pytest.raises(CommandError, match=f"token {known}: not in force"):
        call_command("api_token", "revoke", known)


def test_an_inactive_user_reads_nothing(token: str) -> None:
    get_user_model().objects.update(is_active=False)
    assert get(token) == 401


@pytest.mark.parametrize("wrong", ["", "trk_", "trk_guess", "x" * 5000])
def test_a_guess_reads_nothing(token: str, wrong: str) -> None:
    assert get(wrong) == 401
