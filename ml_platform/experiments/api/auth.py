"""Who may call: people by session, programs by a signature over the body."""

import logging
import time

from django.conf import settings
from django.http import HttpRequest

from ml_platform.experiments.errors import BodyTooLarge, NotAuthenticated
from training_metrics.errors import SignatureRefused
from training_metrics.notification import (
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    verify,
)

logger = logging.getLogger(__name__)

MAX_SIGNED_BODY_BYTES = 64 * 1024


def signed_request(request: HttpRequest) -> str:
    """Accepts a request signed with one of the notification secrets.

    Raises:
        BodyTooLarge: The body is announced as larger than the limit.
        NotAuthenticated: There is no secret, no signature, or not a right one.
    """
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if length > MAX_SIGNED_BODY_BYTES:
        raise BodyTooLarge(
            f"body: {length} bytes; at most {MAX_SIGNED_BODY_BYTES} are read"
        )
    if not settings.TRACKLESS_NOTIFY_SECRETS:
        logger.warning("signed call refused: TRACKLESS_NOTIFY_SECRET is not set")
        raise NotAuthenticated("this server accepts no signatures; set its secret")
    try:
        verify(
            settings.TRACKLESS_NOTIFY_SECRETS,
            request.headers.get(TIMESTAMP_HEADER, ""),
            request.headers.get(SIGNATURE_HEADER, ""),
            request.body,
            time.time(),
        )
    except SignatureRefused as error:
        logger.warning("signed call to %s refused: %s", request.path, error)
        raise NotAuthenticated(
            "the signature is missing, stale or wrong; sign timestamp and body "
            "with the shared secret"
        ) from error
    return "hmac"
