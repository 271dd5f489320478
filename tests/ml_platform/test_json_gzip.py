"""Gzip of JSON answers: whole, only where wanted, and with tags that still work."""

import gzip
import json

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from ml_platform.experiments.json_gzip import JsonGzipMiddleware
from ml_platform.experiments.models import QuickTest

LARGE = json.dumps(list(range(1000)))


def passed(response: HttpResponse, accept: str = "gzip, br") -> HttpResponse:
    def view(request: HttpRequest) -> HttpResponse:
        return response

    request = RequestFactory().get("/", headers={"Accept-Encoding": accept})
    return JsonGzipMiddleware(view)(request)


def test_a_json_answer_is_compressed() -> None:
    made = passed(HttpResponse(LARGE, content_type="application/json"))
    assert gzip.decompress(made.content).decode() == LARGE
    assert made.headers["Content-Encoding"] == "gzip"
    assert made.headers["Content-Length"] == str(len(made.content))
    assert made.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("text", "content_type", "accept"),
    [
        (LARGE, "text/html", "gzip"),
        (LARGE, "application/json", ""),
        ("{}", "application/json", "gzip"),
    ],
)
def test_others_are_left_alone(text: str, content_type: str, accept: str) -> None:
    made = passed(HttpResponse(text, content_type=content_type), accept)
    assert made.content.decode() == text
    assert "Content-Encoding" not in made.headers


def test_a_compressed_answer_is_not_sent_again(
    user_client: Client, sample_run: QuickTest
) -> None:
    path = f"/experiments/api/quick-tests/{sample_run.pk}/training-history/"
    first = user_client.get(path, headers={"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    assert first.headers["ETag"].startswith('W/"')
    assert json.loads(gzip.decompress(first.content))["success"] is True
    headers = {"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]}
    assert user_client.get(path, headers=headers).status_code == 304
