"""OIDC tokens of the tests' own: a key, its certificate on loopback, and any claims."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from ml_platform.experiments.api import oidc

AUDIENCE = "https://runs.example"
EMAIL = "pipeline@project.iam.gserviceaccount.com"


def oidc_token(
    signed_with: Any, kid: str = "one", algorithm: str = "RS256", **claims: Any
) -> str:
    """Returns a token that holds, but for the claims that are given."""
    now = int(time.time())
    told = {
        "iss": "https://accounts.google.com",
        "aud": AUDIENCE,
        "email": EMAIL,
        "email_verified": True,
        "iat": now,
        "exp": now + 600,
    }
    return jwt.encode(
        told | claims, signed_with, algorithm=algorithm, headers={"kid": kid}
    )


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    """The key that the certificates' server vouches for."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def fetches(key: rsa.RSAPrivateKey, settings: Any) -> Iterator[list[str]]:
    """Serves the certificates; collects who asked for them."""
    asked: list[str] = []
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    body = json.dumps({"keys": [public | {"kid": "one", "use": "sig"}]}).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            """Keeps quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.TRACKLESS_OIDC_CERTS_URL = f"http://127.0.0.1:{server.server_port}/certs"
    settings.TRACKLESS_OIDC_AUDIENCE = AUDIENCE
    settings.TRACKLESS_OIDC_EMAILS = [EMAIL]
    oidc._certificates.cache_clear()
    yield asked
    server.shutdown()
    server.server_close()
