"""Notifications over real HTTP: signed, repeated while Django is away, not raised."""

import pytest

from components.credentials import NoCredential, SharedSecret
from components.delivery import ATTEMPTS, deliver
from tests.support.recorder import recording
from training_metrics.notification import Notification, verify

SECRET = SharedSecret("s3cret")
NOTIFICATION = Notification(
    quick_test_id=7,
    artifacts_uri="gs://bucket/quick_tests/7",
    generation=3,
    sha256="ab" * 32,
    status="completed",
)


def test_django_can_verify_what_is_sent():
    with recording(lambda request: (200, {"success": True})) as django:
        outcome = deliver(NOTIFICATION, f"{django.url}/experiments/", SECRET)
    assert outcome.delivered
    assert outcome.attempts_count == 1
    [request] = django.requests
    assert request.path == "/experiments/api/quick-tests/7/training-metrics/"
    timestamp = request.headers["X-Trackless-Timestamp"]
    verify(
        ["s3cret"],
        timestamp,
        request.headers["X-Trackless-Signature"],
        request.body,
        int(timestamp),
    )
    assert request.json["sha256"] == "ab" * 32


def test_a_django_that_is_down_at_first_is_asked_again():
    answers = iter([(503, {}), (429, {}), (200, {})])
    waits = []
    with recording(lambda request: next(answers)) as django:
        outcome = deliver(NOTIFICATION, django.url, SECRET, sleep=waits.append)
    assert outcome.delivered
    assert outcome.attempts_count == 3
    assert 0.5 <= waits[0] <= 1.0 <= waits[1] <= 2.0


def test_a_django_that_is_away_for_good_is_said_and_not_raised():
    outcome = deliver(
        NOTIFICATION, "http://127.0.0.1:9", SECRET, sleep=lambda seconds: None
    )
    assert not outcome.delivered
    assert outcome.attempts_count == ATTEMPTS
    assert "not delivered to http://127.0.0.1:9" in outcome.message


@pytest.mark.parametrize("status", [401, 403, 404, 409, 422])
def test_a_refusal_is_final(status):
    with recording(lambda request: (status, {"error": "no"})) as django:
        outcome = deliver(NOTIFICATION, django.url, SECRET)
    assert not outcome.delivered
    assert len(django.requests) == 1
    assert f"HTTP {status}" in outcome.message


def test_a_redirect_is_not_followed():
    with recording(lambda request: (302, {})) as django:
        assert not deliver(NOTIFICATION, django.url, SECRET).delivered
    assert len(django.requests) == 1


def test_without_a_proof_nothing_is_sent():
    class Nothing:
        def headers(self, body):
            raise NoCredential("set the secret")

    with recording(lambda request: (200, {})) as django:
        outcome = deliver(NOTIFICATION, django.url, Nothing())
    assert (outcome.delivered, outcome.attempts_count) == (False, 0)
    assert outcome.message == "not sent: set the secret"
    assert django.requests == []
