"""Who may call: people by session or token, programs by signature or by OIDC."""

import logging
import time

from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer

from ml_platform.experiments.api.oidc import oidc_caller
from ml_platform.experiments.api.rates import call_counted, refusal_counted
from ml_platform.experiments.errors import (
    BodyTooLarge,
    NotAuthenticated,
    NotPermitted,
)
from ml_platform.experiments.models import TokenScope
from ml_platform.experiments.services.api_tokens import PREFIX, token_known
from training_metrics.errors import SignatureRefused
from training_metrics.notification import (
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    verify,
)

logger = logging.getLogger(__name__)

MAX_SIGNED_BODY_BYTES = 64 * 1024
WRITE_PERMISSION = "experiments.change_quicktest"


class TokenAuth(HttpBearer):
    """Accepts a personal token; the call then runs as its user."""

    def authenticate(self, request: HttpRequest, token: str) -> object | None:
        """Returns the token's user, None where the token is not known."""
        known = token_known(token=token)
        if known is None:
            return None
        request.user, request.api_token = known.user, known
        return known.user


def writer_required(request: HttpRequest) -> None:
    """Lets those change runs who may: a permission, and a token that may write.

    Raises:
        NotPermitted: The user lacks the permission, or the token only reads.
    """
    token = getattr(request, "api_token", None)
    if token is not None and token.scope != TokenScope.WRITE:
        raise NotPermitted("the token only reads; make one with --scope write")
    if not request.user.has_perm(WRITE_PERMISSION):
        raise NotPermitted(f"the user lacks the permission {WRITE_PERMISSION}")


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
        why, told = error.__cause__ or error, {"path": request.path, "status": 401}
        logger.warning("call to %s refused: %s", request.path, why, extra=told)
        raise


def creator_request(request: HttpRequest) -> str:
    """Accepts a call that creates a run: a pipeline's, or a token's that may write."""
    authorization = request.headers.get("Authorization", "")
    if not authorization.startswith(f"Bearer {PREFIX}"):
        return pipeline_request(request)
    call_counted(request)
    known = TokenAuth()(request)
    if not known:
        refusal_counted(request)
        logger.warning("call to %s refused: unknown token", request.path)
        raise NotAuthenticated("the token is unknown or revoked; make a new one")
    writer_required(request)
    return str(known)


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
