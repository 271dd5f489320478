"""Following a long-running operation of Cloud Run or Cloud SQL to its end."""

from typing import Any

from ml_platform.mlflow_exit.teardown import google as calls
from ml_platform.mlflow_exit.teardown.errors import ExecutionStopped
from ml_platform.mlflow_exit.teardown.google import Google

_PAUSE_SECONDS_MAX = 10


def operation_end(google: Google, operation: str, wait_seconds: int) -> str:
    """Waits for the end.

    Args:
        google: of the operation's project.
        operation: as the kind's `remove` returned it.
        wait_seconds: the longest that is waited for.

    Returns:
        Why it failed; empty where it did not, or where Google has forgotten it.

    Raises:
        ExecutionStopped: It has not ended in that time.
    """
    waited, pause = 0, 1
    while True:
        told = google.look(_request(google, operation))
        if told is None:
            return ""
        if told.get("done") or told.get("status") == "DONE":
            return _failure(told)
        if waited >= wait_seconds:
            raise ExecutionStopped(
                operation,
                f"has not ended after {wait_seconds // 60} minutes",
                "run `teardown --execute` again, it goes on waiting",
            )
        calls.sleep(pause)
        waited += pause
        pause = min(2 * pause, _PAUSE_SECONDS_MAX)


def _request(google: Google, operation: str) -> Any:
    if "/" in operation:
        of_run = google.api("run", "v2", "projects.locations.operations")
        return of_run.get(name=operation)
    operations = google.api("sqladmin", "v1", "operations")
    return operations.get(project=google.project, operation=operation)


def _failure(told: dict[str, Any]) -> str:
    error = told.get("error")
    if not error:
        return ""
    rows = error.get("errors", [error])
    return "; ".join(str(one.get("message") or one) for one in rows)
