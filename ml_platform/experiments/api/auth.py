"""Who may call: people by session or token, programs by signature or by OIDC."""

import logging
import time

from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer

from ml_platform.experiments.api.oidc import oidc_caller
from ml_platform.experiments.api.rates import call_counted, refusal_counted
from ml_platform.experiments.errors import BodyTooLarge, NotAuthenticated
from ml_platform.experiments.services.api_tokens import token_user
from training_metrics.errors import SignatureRefused
from training_metrics.notification import (
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    verify,
)

logger = logging.getLogger(__name__)

MAX_SIGNED_BODY_BYTES = 64 * 1024


class TokenAuth(HttpBearer):
    """Accepts a personal token; the call then runs as its user."""

    def authenticate(self, request: HttpRequest, token: str) -> object | None:
        """Returns the token's user, None where the token is not known."""
        user = token_user(token=token)
        if user is not None:
            request.user = user
        return user


def pipeline_request(request: HttpRequest) -> str:
    """Accepts a call of a pipeline: signed with a secret, or with an OIDC token.

    Nothing is read of a body that is over the limit.

    Returns:
        Who called: `hmac`, or the service account's e-mail.

    Raises:
        TooManyRequests: The address called, or was refused, too often.
        BodyTooLarge: The body is announced as larger than the limit.
        NotAuthenticated: Neither proof holds.
    """
    call_counted(request)
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if length > MAX_SIGNED_BODY_BYTES:
        raise BodyTooLarge(
            f"body: {length} bytes; at most {MAX_SIGNED_BODY_BYTES} are read"
        )
    try:
        return _proven(request)
    except NotAuthenticated as error:
        refusal_counted(request)
        logger.warning("call to %s refused: %s", request.path, error.__cause__ or error)
        raise


def _proven(request: HttpRequest) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return oidc_caller(token=token.strip())
    if not settings.TRACKLESS_NOTIFY_SECRETS:
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
        raise NotAuthenticated(
            "the signature is missing, stale or wrong; sign timestamp and body "
            "with the shared secret"
        ) from error
    return "hmac"
