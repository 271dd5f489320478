"""How a notification proves who sends it: a shared secret, or a Google identity.

In this order: `TRACKLESS_NOTIFY_SECRET` signs by HMAC; where its value is the name of a
version in Secret Manager, the secret is read from there; without it, the service
account that the step runs as signs by an OIDC token. Nothing here is a parameter that
a console would show.
"""

import base64
import re
import time
from dataclasses import dataclass
from typing import Protocol

from components import environment
from components.errors import ComponentError
from training_metrics.notification import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign

SECRET_MANAGER = "https://secretmanager.googleapis.com"
SECRET_VERSION = re.compile(r"projects/[^/,]+/secrets/[^/,]+/versions/[^/,]+")
_TIMEOUT_SECONDS = 30


class NoCredential(ComponentError):
    """Nothing is at hand that would prove who sends; the text says what to set."""


class Credential(Protocol):
    """Proves who sends a body."""

    def headers(self, body: bytes) -> dict[str, str]:
        """Made anew for every attempt: a proof is valid for minutes only.

        Raises:
            NoCredential: The proof could not be made.
        """


@dataclass(frozen=True)
class SharedSecret:
    """HMAC-SHA256 over time and body.

    Attributes:
        secret: Known to Django, too.
    """

    secret: str

    def headers(self, body: bytes) -> dict[str, str]:
        """See `Credential`."""
        timestamp = int(time.time())
        return {
            TIMESTAMP_HEADER: str(timestamp),
            SIGNATURE_HEADER: sign(self.secret, timestamp, body),
        }


@dataclass(frozen=True)
class GoogleIdentity:
    """An OIDC token of the service account that the step runs as.

    Attributes:
        audience: What Django expects in `TRACKLESS_OIDC_AUDIENCE`.
    """

    audience: str

    def headers(self, body: bytes) -> dict[str, str]:
        """See `Credential`; the token does not depend on the body."""
        from google.auth.exceptions import GoogleAuthError
        from google.auth.transport.requests import Request
        from google.oauth2 import id_token

        try:
            token = id_token.fetch_id_token(Request(), self.audience)
        except GoogleAuthError as error:
            raise NoCredential(
                f"{environment.NOTIFY_SECRET} is not set and no Google identity is at "
                f"hand ({_first_line(error)}); set the secret, or run the step as a "
                "service account."
            ) from error
        return {"Authorization": f"Bearer {token}"}


def find(audience: str) -> Credential:
    """The credential that this step has.

    Args:
        audience: Of an OIDC token, where one is needed.

    Raises:
        NoCredential: Secret Manager does not give the secret.
    """
    secret = environment.notify_secret()
    if SECRET_VERSION.fullmatch(secret):
        return SharedSecret(_from_secret_manager(secret))
    return SharedSecret(secret) if secret else GoogleIdentity(audience)


def _from_secret_manager(name: str) -> str:
    """A secret's payload, by Secret Manager's REST API.

    Source: https://cloud.google.com/secret-manager/docs/reference/rest
    """
    import google.auth
    from google.auth.exceptions import GoogleAuthError
    from google.auth.transport.requests import AuthorizedSession

    scope = "https://www.googleapis.com/auth/cloud-platform"
    try:
        credentials, _ = google.auth.default(scopes=[scope])
        answer = AuthorizedSession(credentials).get(
            f"{SECRET_MANAGER}/v1/{name}:access", timeout=_TIMEOUT_SECONDS
        )
        answer.raise_for_status()
        payload = base64.b64decode(answer.json()["payload"]["data"])
    except (GoogleAuthError, OSError) as error:  # requests' errors are OSErrors
        raise NoCredential(
            f"{name}: Secret Manager does not give the secret ({_first_line(error)}); "
            "check the name and the role secretmanager.secretAccessor."
        ) from error
    return payload.decode().split(",")[0].strip()


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
