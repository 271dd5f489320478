"""Every environment variable that a component reads, and nothing else.

The notification's secret comes from here and never from a pipeline parameter, which
the console would show.
"""

import os
import sys

TRAINER_PYTHON = "TRACKLESS_TRAINER_PYTHON"
PROGRESS_FILE = "TRACKLESS_PROGRESS"
NOTIFY_SECRET = "TRACKLESS_NOTIFY_SECRET"
OIDC_AUDIENCE = "TRACKLESS_OIDC_AUDIENCE"
STOPPED = "TRACKLESS_STOPPED"


def trainer_python() -> str:
    """The interpreter that has TFX: the trainer environment's, or this one."""
    return os.environ.get(TRAINER_PYTHON) or sys.executable


def progress_file() -> str:
    """Where progress events go, "" when nobody watches."""
    return os.environ.get(PROGRESS_FILE, "")


def notify_secret() -> str:
    """The secret that signs notifications or its name, "" when none is set.

    Two may be listed while one replaces the other; the first one signs.
    """
    return os.environ.get(NOTIFY_SECRET, "").split(",")[0].strip()


def is_stopped() -> bool:
    """Whether the local runner was told to stop: no step is to be tried again."""
    return bool(os.environ.get(STOPPED))


def oidc_audience() -> str:
    """The audience that Django expects in a Google OIDC token, "" when none is set."""
    return os.environ.get(OIDC_AUDIENCE, "")
