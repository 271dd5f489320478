"""The notification's signature."""

import pytest
from pydantic import ValidationError

from training_metrics.errors import SignatureRefused
from training_metrics.notification import Notification, sign, verify

BODY = b'{"quick_test_id": 42}'


def test_a_signature_is_pinned():
    """printf '1700000000.{"quick_test_id": 42}' | openssl dgst -sha256 -hmac secret"""
    assert sign("secret", 1_700_000_000, BODY) == (
        "v1=565a16f801dc139d09ac5a98c71a8f6bb85d45fe13182b8ac026fbe3566138b6"
    )


@pytest.mark.parametrize("now", [1000, 1300, 700, 1299.9])
def test_it_holds_for_either_secret_within_five_minutes(now):
    verify(["new", "old"], "1000", sign("old", 1000, BODY), BODY, now)


@pytest.mark.parametrize(
    ("secrets", "timestamp", "signature", "body", "now", "text"),
    [
        (["s"], None, "v1=0", BODY, 1000, "not both received"),
        (["s"], "1000", None, BODY, 1000, "not both received"),
        (["s"], "1e3", "v1=0", BODY, 1000, "'1e3' received, expected whole seconds"),
        (["s"], "٣", "v1=0", BODY, 1000, "expected whole seconds"),
        (["s"], "9" * 400, "v1=0", BODY, 1000, "expected whole seconds"),
        (["s"], "1000", sign("s", 1000, BODY), BODY, 1301, "301 s old, at most 300 s"),
        (["s"], "1000", sign("s", 1000, BODY), BODY, 699, "-301 s old"),
        (["s"], "1000", sign("t", 1000, BODY), BODY, 1000, "does not match the body"),
        (["s"], "1001", sign("s", 1000, BODY), BODY, 1000, "does not match the body"),
        (["s"], "1000", sign("s", 1000, BODY), BODY + b" ", 1000, "does not match"),
        (["s"], "1000", "v1=é", BODY, 1000, "does not match the body"),
        ([], "1000", sign("", 1000, BODY), BODY, 1000, "does not match the body"),
        ([""], "1000", sign("", 1000, BODY), BODY, 1000, "does not match the body"),
    ],
)
def test_everything_else_is_refused(secrets, timestamp, signature, body, now, text):
    with pytest.raises(SignatureRefused, match=text):
        verify(secrets, timestamp, signature, body, now)


def test_the_body_is_checked():
    good = {"quick_test_id": 1, "artifacts_uri": "gs://b/x", "status": "failed"}
    assert Notification.model_validate(good | {"later": 1}).generation is None
    with pytest.raises(ValidationError, match="String should match pattern"):
        Notification.model_validate(good | {"sha256": "no digest"})
