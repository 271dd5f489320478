"""Every environment variable that the trainer reads or sets.

Nothing is read at import; each function reads or sets when it is called.
"""

import json
import math
import os
import warnings
from pathlib import Path

from trainer.errors import OptionError

PROGRESS_FILE = "TRACKLESS_PROGRESS"
CHECKPOINT_SECONDS = "TRACKLESS_CHECKPOINT_SECONDS"
TF_CONFIG = "TF_CONFIG"
VERTEX_PROJECT = "CLOUD_ML_PROJECT_ID"
LEGACY_KERAS = "TF_USE_LEGACY_KERAS"
TENSORFLOW_LOG_LEVEL = "TF_CPP_MIN_LOG_LEVEL"


def progress_file() -> Path | None:
    """The file that receives progress events, if the caller asked for one."""
    value = os.environ.get(PROGRESS_FILE)
    return Path(value) if value else None


def checkpoint_seconds() -> float:
    """Shortest time between two checkpoints of a run; a minute unless it is set.

    Raises:
      OptionError: It is set to no number of seconds.
    """
    value = os.environ.get(CHECKPOINT_SECONDS) or "60"
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise OptionError(
            [f"{CHECKPOINT_SECONDS}: {value!r} received, expected seconds, 0 or more"]
        )
    return seconds


def vertex_project() -> str | None:
    """The project whose Vertex AI job this is; None elsewhere.

    The default credentials of a job are of a project of Google's own.

    Source: https://cloud.google.com/vertex-ai/docs/training/code-requirements
    """
    return os.environ.get(VERTEX_PROJECT)


def cluster_task() -> tuple[int, int]:
    """This worker's number and how many there are, of TensorFlow's own TF_CONFIG.

    Without it one worker trains alone. Vertex AI sets it for jobs of several machines;
    its `chief`, where one is named, counts as the first worker.

    Raises:
      OptionError: It is no JSON as TensorFlow documents it.
    """
    text = os.environ.get(TF_CONFIG) or "{}"
    try:
        config = json.loads(text)
        cluster, task = config.get("cluster", {}), config.get("task", {})
        chiefs, workers = (len(cluster.get(name, ())) for name in ("chief", "worker"))
        number = int(task.get("index", 0))
    except (ValueError, AttributeError, TypeError) as error:
        raise OptionError([f"{TF_CONFIG}: {text[:60]!r} is no such JSON"]) from error
    if task.get("type") == "worker":
        number += chiefs
    return number, max(chiefs + workers, 1)


def prepare_tensorflow() -> None:
    """Sets what must be set before TensorFlow is imported.

    tensorflow_recommenders raises ImportError when it meets Keras 3, which
    TensorFlow 2.16 loads unless told otherwise. The log level keeps notes about
    absent GPUs out of a user's terminal; a value the user has set stays.
    """
    os.environ[LEGACY_KERAS] = "1"
    os.environ.setdefault(TENSORFLOW_LOG_LEVEL, "2")
    quiet_warnings()


def quiet_warnings() -> None:
    """Hides libraries' notes about their own future; ours are never warnings."""
    warnings.filterwarnings("ignore", category=FutureWarning)
    warnings.filterwarnings("ignore", category=DeprecationWarning)
