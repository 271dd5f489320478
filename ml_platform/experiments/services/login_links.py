"""One-time login links: made by a command, used once, kept only as a hash."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from ml_platform.experiments.models import LoginLink

LIFETIME = timedelta(hours=12)


def login_link_create(*, user: AbstractBaseUser) -> str:
    """Returns a fresh token for the user; the table keeps its SHA-256."""
    token = secrets.token_urlsafe(32)
    LoginLink.objects.create(
        user=user, token_sha256=_hash(token), expires_at=timezone.now() + LIFETIME
    )
    return token


def login_link_use(*, token: str) -> AbstractBaseUser | None:
    """Returns the token's user and spends it; None where it is spent or expired."""
    now = timezone.now()
    unused = LoginLink.objects.filter(
        token_sha256=_hash(token), used_at__isnull=True, expires_at__gt=now
    )
    # Of two requests with one link, only one updates the row.
    if unused.update(used_at=now) != 1:
        return None
    return LoginLink.objects.select_related("user").get(token_sha256=_hash(token)).user


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
