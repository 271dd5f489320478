"""A service account's key whose tokens a test's own server gives."""

import json
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

EMAIL = "trainer@shop.iam.gserviceaccount.com"


def write_key(file: Path, token_uri: str) -> str:
    """Writes what `GOOGLE_APPLICATION_CREDENTIALS` names.

    Returns:
        The private key, PEM.
    """
    key = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    account = {
        "type": "service_account",
        "project_id": "shop",
        "private_key_id": "1",
        "private_key": key.decode(),
        "client_email": EMAIL,
        "token_uri": token_uri,
    }
    file.write_text(json.dumps(account))
    return key.decode()
