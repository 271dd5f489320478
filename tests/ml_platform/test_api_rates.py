"""Limits per address: a guesser is soon not listened to, a caller has room."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

Post = Callable[..., HttpResponse]
PATH = "/experiments/api/quick-tests/"


def test_refusals_close_the_door_for_a_minute(signed_post: Post, settings: Any) -> None:
    settings.TRACKLESS_REFUSALS_PER_MINUTE = 3
    body = {"name": "x"}
    codes = [signed_post(PATH, body, secret="guess").status_code for _ in range(4)]
    assert codes == [401, 401, 401, 429]
    right = signed_post(PATH, body)
    assert (right.status_code, right.json()["error"]["code"]) == (
        429,
        "too_many_requests",
    )


def test_calls_have_a_limit(signed_post: Post, settings: Any) -> None:
    settings.TRACKLESS_CALLS_PER_MINUTE = 2
    codes = [signed_post(PATH, {"name": "x"}).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
