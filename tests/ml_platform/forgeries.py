"""Forged notifications: what is tried, what must come back, what must be logged.

`python -m tests.ml_platform.forgeries` prints the table that stands in docs/django.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Forgery:
    """One call that must not get in.

    Attributes:
        tried: For people.
        status, code: Of the answer.
        logged: Part of the line that the refusal leaves.
        body: What is changed in a true notification; bytes replace it.
        sent: How it is signed: arguments of `signed_post`, or a token's claims.
    """

    tried: str
    status: int
    code: str
    logged: str
    body: Any = field(default_factory=dict)
    sent: dict[str, Any] = field(default_factory=dict)


STRANGER = (401, "not_authenticated")
NOT_HERE = (403, "root_not_allowed")
NO_MATCH = "does not match the body"


def _place(tried: str, place: str) -> Forgery:
    return Forgery(tried, *NOT_HERE, "403 root_not_allowed", {"artifacts_uri": place})


PLACES = (
    _place("look-alike bucket", "gs://bucket-evil/runs/1"),
    _place("look-alike folder", "gs://bucket/runs-old/1"),
    _place("`..` out of the root", "gs://bucket/runs/../secret"),
    _place("encoded `..`", "gs://bucket/runs/%2e%2e/secret"),
    _place("local path", "/etc"),
    _place("`file://` address", "file:///etc"),
    _place("web address that could redirect", "https://evil.example/runs/1"),
    _place("user name in the address", "gs://user@bucket/runs/1"),
)
HMAC = (
    Forgery("unsigned", *STRANGER, "not both received", sent={"unsigned": True}),
    Forgery("wrong secret", *STRANGER, NO_MATCH, sent={"secret": "guess"}),
    Forgery("secret rotated out", *STRANGER, NO_MATCH, sent={"secret": "the-old-one"}),
    Forgery("empty secret", *STRANGER, NO_MATCH, sent={"secret": ""}),
    Forgery("six minutes old", *STRANGER, "s old, at most 300 s", sent={"age": 360}),
    Forgery("six minutes ahead", *STRANGER, "s old, at most 300 s", sent={"age": -360}),
    Forgery(
        "replayed with another body",
        *STRANGER,
        NO_MATCH,
        {"status": "failed"},
        sent={"signed": "the true body"},
    ),
    Forgery(
        "replayed at another time", *STRANGER, NO_MATCH, sent={"claimed_later": 60}
    ),
    Forgery(
        "time stamp that is no number",
        *STRANGER,
        "expected whole seconds",
        sent={"timestamp": "1e9"},
    ),
    Forgery(
        "body of 70,000 bytes",
        413,
        "body_too_large",
        "413 body_too_large",
        b"x" * 70000,
    ),
    Forgery(
        "another run's number", 404, "run_not_found", "404", {"quick_test_id": 999}
    ),
    Forgery(
        "another document's digest",
        409,
        "another_document",
        "409 another_document",
        {"sha256": "0" * 64},
    ),
    Forgery("body that is no object", 400, "bad_request", "400 bad_request", b"[]"),
    *PLACES,
)
OIDC = (
    Forgery(
        "no token behind `Bearer`", *STRANGER, "Not enough segments", sent={"token": ""}
    ),
    Forgery("garbage", *STRANGER, "Invalid header padding", sent={"token": "a.b.c"}),
    Forgery("9,000 characters", *STRANGER, "too long", sent={"token": "x" * 9000}),
    Forgery(
        "unsigned (`alg: none`)",
        *STRANGER,
        "alg value is not allowed",
        sent={"algorithm": "none"},
    ),
    Forgery(
        "HMAC with the public key",
        *STRANGER,
        "alg value is not allowed",
        sent={"algorithm": "HS256"},
    ),
    Forgery(
        "another's key",
        *STRANGER,
        "Signature verification failed",
        sent={"stranger": True},
    ),
    Forgery(
        "key that nobody vouches for",
        *STRANGER,
        "Unable to find a signing key",
        sent={"stranger": True, "kid": "two"},
    ),
    Forgery(
        "wrong audience",
        *STRANGER,
        "Audience doesn't match",
        sent={"aud": "https://elsewhere.example"},
    ),
    Forgery(
        "wrong issuer",
        *STRANGER,
        "issuer 'https://evil.example'",
        sent={"iss": "https://evil.example"},
    ),
    Forgery(
        "wrong service account",
        *STRANGER,
        "not listed",
        sent={"email": "other@project.iam.gserviceaccount.com"},
    ),
    Forgery(
        "e-mail not verified",
        *STRANGER,
        "e-mail not verified",
        sent={"email_verified": False},
    ),
    Forgery("stale", *STRANGER, "Signature has expired", sent={"exp": 1_000_000_000}),
    Forgery("from the future", *STRANGER, "not yet valid", sent={"iat": 4e9}),
    *PLACES,
)


def table() -> str:
    """Returns both schemes' forgeries as the table of docs/django.md."""
    return "\n".join(
        (
            "| Scheme | Tried | Answer | Code | Logged |",
            "|---|---|---|---|---|",
            *_rows("HMAC", HMAC),
            *_rows("OIDC", OIDC),
        )
    )


def _rows(scheme: str, forgeries: Iterable[Forgery]) -> Iterable[str]:
    for one in forgeries:
        yield (
            f"| {scheme} | {one.tried} | {one.status} | `{one.code}` | `{one.logged}` |"
        )


if __name__ == "__main__":
    print(table())
