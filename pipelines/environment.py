"""Every environment variable that `trackless` reads or hands to its children."""

import os
from pathlib import Path

HOME = "TRACKLESS_HOME"
NOTIFY_SECRET = "TRACKLESS_NOTIFY_SECRET"
PROGRESS_FILE = "TRACKLESS_PROGRESS"
TRAINER_PYTHON = "TRACKLESS_TRAINER_PYTHON"
KFP_TOKEN = "TRACKLESS_KFP_TOKEN"

PROJECT = Path(__file__).resolve().parent.parent


def home() -> Path:
    """Where everything that a local run makes goes; `.trackless/` by default."""
    return Path(os.environ.get(HOME) or ".trackless").resolve()


def trainer_python() -> str:
    """The interpreter that has TFX: the variable's, or `.venv-trainer`'s."""
    beside = PROJECT / ".venv-trainer" / "bin" / "python"
    return os.environ.get(TRAINER_PYTHON) or str(beside)


def notify_secret() -> str:
    """What signs notifications, "" when the variable is not set."""
    return os.environ.get(NOTIFY_SECRET, "")


def kfp_token() -> str:
    """Bearer token of a KFP cluster, "" when none is needed."""
    return os.environ.get(KFP_TOKEN, "")
