"""Personal tokens of the API: shown once, kept as a hash, revoked at any time."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.utils import timezone

from ml_platform.experiments.models import ApiToken

PREFIX = "trk_"
_USE_RECORDED_EVERY = timedelta(minutes=1)


def token_create(*, user: Any, name: str, scope: str = "read") -> str:
    """Returns a fresh token; it cannot be shown again."""
    token = PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(
        user=user, name=name, scope=scope, token_sha256=_hash(token)
    )
    return token


def token_revoke(*, token_id: int) -> bool:
    """Revokes a token; False where there is none that is in force."""
    known = ApiToken.objects.filter(pk=token_id, revoked_at__isnull=True)
    return known.update(revoked_at=timezone.now()) == 1


def token_known(*, token: str) -> ApiToken | None:
    """Returns the token with its user; None where unknown, revoked or inactive."""
    if not token.startswith(PREFIX) or len(token) > 100:
        return None
    known = (
        ApiToken.objects.select_related("user")
        .filter(token_sha256=_hash(token), revoked_at__isnull=True)
        .first()
    )
    if known is None or not known.user.is_active:
        return None
    now = timezone.now()
    if known.used_at is None or now - known.used_at > _USE_RECORDED_EVERY:
        ApiToken.objects.filter(pk=known.pk).update(used_at=now)
    return known


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
