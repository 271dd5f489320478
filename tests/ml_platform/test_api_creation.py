"""Creating a run: its number, its place, and bodies that are refused."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse

from ml_platform.experiments.models import QuickTest

Post = Callable[..., HttpResponse]
PATH = "/experiments/api/quick-tests/"


def test_it_says_where_the_artifacts_go(signed_post: Post, settings: Any) -> None:
    settings.TRACKLESS_ARTIFACT_ROOTS = ["gs://bucket/runs"]
    response = signed_post(PATH, {"name": "first", "params": {"epochs": 3}})
    assert response.status_code == 200
    told = response.json()["quick_test"]
    assert told["artifacts_uri"] == f"gs://bucket/runs/quick_tests/{told['id']}"
    assert told["url"] == f"http://testserver/experiments/{told['id']}/"
    run = QuickTest.objects.get(pk=told["id"])
    assert (run.name, run.params, run.status) == ("first", {"epochs": 3}, "submitted")


def test_numbers_go_up(signed_post: Post) -> None:
    numbers = [
        signed_post(PATH, {"name": "n", "params": {}}).json()["quick_test"]["number"]
        for _ in range(3)
    ]
    assert numbers == [1, 2, 3]


@pytest.mark.parametrize(
    "body",
    [
        {"params": {}},
        {"name": "", "params": {}},
        {"name": " ", "params": {}},
        {"name": "x" * 251, "params": {}},
        {"name": "x", "params": []},
        {"name": "x", "params": {}, "status": "completed"},
    ],
)
def test_a_body_of_another_shape_is_refused(signed_post: Post, body: Any) -> None:
    response = signed_post(PATH, body)
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "bad_request"


def test_an_unsigned_call_creates_nothing(signed_post: Post) -> None:
    assert signed_post(PATH, {"name": "x"}, secret="guess").status_code == 401
    assert not QuickTest.objects.exists()
