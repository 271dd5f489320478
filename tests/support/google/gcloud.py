"""Google's own command line pointed at the fake: a second opinion on it."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.support.google.server import Google

_APIS = ("cloudbuild", "iam", "secretmanager", "cloudresourcemanager")


def is_there() -> bool:
    """Says whether gcloud is installed."""
    return shutil.which("gcloud") is not None


def gcloud(google: Google, home: Path, command: str) -> str:
    """Runs `gcloud …`; returns what it printed.

    Cloud Run is not played: with a region, gcloud puts that before the host's name.
    """
    prefix = "CLOUDSDK_API_ENDPOINT_OVERRIDES_"
    environment = {f"{prefix}{one.upper()}": f"{google.url}/{one}/" for one in _APIS}
    environment |= {
        f"{prefix}SQL": f"{google.url}/sqladmin/",
        f"{prefix}STORAGE": f"{google.url}/storage/storage/v1/",
        "CLOUDSDK_AUTH_DISABLE_CREDENTIALS": "true",
        "CLOUDSDK_CONFIG": str(home),
        "CLOUDSDK_CORE_DISABLE_PROMPTS": "1",
        "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING": "1",
        "PATH": os.environ["PATH"],
        "HOME": str(home),
    }
    ended = subprocess.run(
        command.split(), env=environment, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout
