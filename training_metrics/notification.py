"""The notification: "run 42 has a document", its body and its signature.

The signature is `v1=` and the hex HMAC-SHA256, keyed with the shared secret, of the
time stamp, a dot, and the body's bytes. It holds for `WINDOW_SECONDS` either way.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from training_metrics.document import Status
from training_metrics.errors import SignatureRefused

TIMESTAMP_HEADER: Final = "X-Trackless-Timestamp"
SIGNATURE_HEADER: Final = "X-Trackless-Signature"
WINDOW_SECONDS: Final = 300
"""Largest difference between the time stamp and the receiver's clock."""

_TIMESTAMP_DIGITS_MAX: Final = 12


class Notification(BaseModel):
    """What the receiver is told; it reads the document itself."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    quick_test_id: int = Field(ge=1, le=2**63 - 1)
    artifacts_uri: str = Field(min_length=1, max_length=2048)
    generation: Annotated[
        int | None, Field(ge=0, description="The document's, at its store.")
    ] = None
    sha256: Annotated[
        str | None,
        Field(pattern=r"^[0-9a-f]{64}$", description="Of the document's bytes."),
    ] = None
    status: Status


def sign(secret: str, timestamp_seconds: int, body: bytes) -> str:
    """The signature header for a body sent at a time."""
    return f"v1={_digest(secret, str(timestamp_seconds), body)}"


def verify(
    secrets: Sequence[str],
    timestamp: str | None,
    signature: str | None,
    body: bytes,
    now_seconds: float,
) -> None:
    """Returns where the signature holds for one of the secrets.

    Args:
        secrets: the receiver's; two while one is being changed for another.
        timestamp, signature: the headers as received, None where absent.
        body: the bytes as received.
        now_seconds: the receiver's clock, Unix time.

    Raises:
        SignatureRefused: it does not, or it is too old or from the future.
    """
    if not timestamp or not signature:
        raise SignatureRefused(
            f"{TIMESTAMP_HEADER} and {SIGNATURE_HEADER}: not both received; send both"
        )
    if not (timestamp.isascii() and timestamp.isdigit()) or (
        len(timestamp) > _TIMESTAMP_DIGITS_MAX
    ):
        raise SignatureRefused(
            f"{TIMESTAMP_HEADER}: {timestamp[:20]!r} received, expected whole seconds"
        )
    age = now_seconds - int(timestamp)
    if abs(age) > WINDOW_SECONDS:
        raise SignatureRefused(
            f"{TIMESTAMP_HEADER}: {age:.0f} s old, at most {WINDOW_SECONDS} s are "
            "taken; sign at the time of sending and check both clocks"
        )
    # Every secret is tried and compared in constant time: the answer's time tells
    # neither which secret it was nor how much of the signature was right.
    expected = [
        f"v1={_digest(secret, timestamp, body)}" for secret in secrets if secret
    ]
    given = signature.encode()
    if not any([hmac.compare_digest(e.encode(), given) for e in expected]):
        raise SignatureRefused(
            f"{SIGNATURE_HEADER}: does not match the body; check that both sides have "
            "the same secret and that nothing in between changed the body"
        )


def _digest(secret: str, timestamp: str, body: bytes) -> str:
    signed = timestamp.encode() + b"." + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
