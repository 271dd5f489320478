"""Google's OIDC tokens: who signed, for whom, and which service account it is.

All four are checked: signature (RS256, certificates cached), audience, issuer, and an
e-mail that is verified and listed. The certificates are fetched at most once in
`_CERTIFICATES_SECONDS`, and again where a token names a key that is not known.
"""

from functools import lru_cache

import jwt
from django.conf import settings

from ml_platform.experiments.errors import NotAuthenticated, StoreAway

GOOGLE_CERTIFICATES_URL = "https://www.googleapis.com/oauth2/v3/certs"
ISSUERS = ("https://accounts.google.com", "accounts.google.com")
_CERTIFICATES_SECONDS = 3600
_TIMEOUT_SECONDS = 5
_LEEWAY_SECONDS = 30
_MAX_TOKEN_CHARACTERS = 8192


def oidc_caller(*, token: str) -> str:
    """Returns the service account's e-mail.

    Raises:
        NotAuthenticated: A part of the token does not hold; the cause says which.
        StoreAway: Google's certificates could not be fetched.
    """
    audience = settings.TRACKLESS_OIDC_AUDIENCE
    if not audience or not settings.TRACKLESS_OIDC_EMAILS:
        raise NotAuthenticated(
            "this server accepts no OIDC; set TRACKLESS_OIDC_AUDIENCE and _EMAILS"
        )
    claims = _claims(token[: _MAX_TOKEN_CHARACTERS + 1], audience)
    email = claims.get("email")
    if claims.get("iss") not in ISSUERS:
        raise _refused(f"issuer {claims.get('iss')!r}")
    if claims.get("email_verified") is not True:
        raise _refused("e-mail not verified")
    if email not in settings.TRACKLESS_OIDC_EMAILS:
        raise _refused(f"service account {email!r} not listed")
    return str(email)


def _claims(token: str, audience: str) -> dict[str, object]:
    if len(token) > _MAX_TOKEN_CHARACTERS:
        raise _refused("token too long")
    try:
        key = _certificates(_certificates_url()).get_signing_key_from_jwt(token)
        return jwt.decode(
            token,
            key.key,
            algorithms=["RS256"],
            audience=audience,
            leeway=_LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "aud", "iss"]},
        )
    except jwt.PyJWKClientConnectionError as error:
        raise StoreAway("OIDC certificates could not be fetched; try again") from error
    except (jwt.PyJWTError, ValueError) as error:
        raise _refused(type(error).__name__) from error


@lru_cache(maxsize=4)
def _certificates(url: str) -> jwt.PyJWKClient:
    return jwt.PyJWKClient(
        url, lifespan=_CERTIFICATES_SECONDS, timeout=_TIMEOUT_SECONDS
    )


def _certificates_url() -> str:
    return getattr(settings, "TRACKLESS_OIDC_CERTS_URL", GOOGLE_CERTIFICATES_URL)


def _refused(why: str) -> NotAuthenticated:
    refusal = NotAuthenticated(
        "the OIDC token does not hold; check audience, issuer and service account"
    )
    refusal.__cause__ = ValueError(why)
    return refusal
