"""One pipeline run under KFP's local runner, as a process of its own.

`python -m pipelines.local_runner ROOT ARGUMENTS` with the pipeline's arguments as a
JSON object. It has its own process because KFP writes long logs to this process's
standard output, and because a signal must end the running step but not the exit
handler behind it: SIGTERM is passed on to the step, whose failure KFP then handles.
"""

import json
import os
import signal
import sys
import warnings
from types import FrameType
from typing import Any

from components.environment import STOPPED

_KFP_RUNTIME = "_KFP_RUNTIME"


def main(pipeline_root: str, arguments: dict[str, Any]) -> int:
    """Runs the pipeline; 0 when every step succeeded, 1 otherwise."""
    import_kfp()
    from kfp import local

    from pipelines.recommender_training import recommender_training

    warnings.filterwarnings("ignore", message="You may be attemping to run a task")
    signal.signal(signal.SIGTERM, _end_running_step)
    local.init(
        runner=local.SubprocessRunner(use_venv=False), pipeline_root=pipeline_root
    )
    try:
        recommender_training(**arguments)
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def import_kfp() -> None:
    """Imports KFP without the client of a cluster, which no local run asks.

    The client brings all of Kubernetes and takes three quarters of KFP's import. KFP
    leaves it out where this variable is set, as it does inside a step.

    Source: kubeflow/pipelines sdk/python/kfp/__init__.py.
    """
    os.environ[_KFP_RUNTIME] = "true"
    import kfp  # noqa: F401

    del os.environ[_KFP_RUNTIME]


def _end_running_step(number: int, _frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_IGN)
    os.environ[STOPPED] = "1"  # or KFP would try the step again
    os.killpg(0, number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], json.loads(sys.argv[2])))
