"""The staff page of the exit."""

import json
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.ml_platform.mlflow_exit.record.test_record import (  # noqa: F401
    Record,
    code,
    done,
    record,
)
from tests.ml_platform.mlflow_exit.teardown.conftest import Step
from tests.support.google.server import Google


def page(client: Client, *, is_staff: bool = True) -> tuple[int, str]:
    client.force_login(User.objects.create(username="u", is_staff=is_staff))
    answer = client.get("/mlflow-exit/")
    return answer.status_code, answer.content.decode()


@pytest.mark.django_db
def test_only_staff_sees_it(client: Client) -> None:
    assert client.get("/mlflow-exit/").status_code == 302
    assert page(client, is_staff=False)[0] == 302


@pytest.mark.django_db
def test_before_any_plan(client: Client) -> None:
    status, text = page(client)
    assert (status, "No teardown was planned yet." in text) == (200, True)


def test_a_plan_and_its_steps(google: Google, teardown: Step, client: Client) -> None:
    """The bucket is spared: without an archive its object is a stranger's."""
    teardown()
    text = page(client)[1]
    assert "nothing was changed" in text
    assert text.count("Not removed") == 7
    assert "<h3>Spared</h3><ul><li>bucket" in text


def test_the_completion_record(
    google: Google,
    done: None,  # noqa: F811
    record: Record,  # noqa: F811
    client: Client,
    tmp_path: Path,
) -> None:
    told = json.loads(record("--json")[1])
    text = page(client)[1]
    assert "Complete</span>" in text
    assert told["proof"]["signature"] in text
    for removed in told["removed"]:
        assert f"<code>{removed['name']}</code>" in text
