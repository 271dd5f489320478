"""Carrying a plan out, step by step, so that the record is true at any moment.

For each resource, in the plan's order:

1. Look at it. Gone: the step is done. Otherwise than in the plan: stop.
2. Write into the record that its removal is being asked for.
3. Ask, once. Write the operation's name into the record.
4. Follow the operation to its end.
5. Look again; only what is not seen any more is recorded as gone.

No answer is no failure and no success: 1 comes again. A run that was cut off anywhere
begins with the first step that is not gone, at 4 where an operation is recorded.
"""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from ml_platform.mlflow_exit.models import StepState, Teardown, TeardownStep
from ml_platform.mlflow_exit.services.teardown import steps_open
from ml_platform.mlflow_exit.teardown import google as calls
from ml_platform.mlflow_exit.teardown.errors import (
    ExecutionStopped,
    GoogleAway,
    GoogleConflict,
    GoogleError,
    GoogleMissing,
)
from ml_platform.mlflow_exit.teardown.following import operation_end
from ml_platform.mlflow_exit.teardown.google import Google
from ml_platform.mlflow_exit.teardown.kinds import ORDER

ATTEMPTS = 6
_AGAIN = "run `teardown --execute` again, it continues here"
Progress = Callable[[TeardownStep], None]


def plan_execute(
    *, google: Google, teardown: Teardown, options: dict[str, Any], progress: Progress
) -> None:
    """Removes what is not gone yet.

    Args:
        google: of the teardown's project.
        teardown: whose conditions were checked.
        options: `final_backup_days`, `wait_minutes`, `known` prefixes of the bucket.
        progress: called with each step when it is gone.

    Raises:
        ExecutionStopped: It could not go on; the record says where and why.
    """
    for step in steps_open(teardown=teardown):
        _guarded(google, step, options, _removed)
        progress(step)
    teardown.ended_at = timezone.now()
    teardown.save(update_fields=["ended_at"])


def operations_settle(
    *, google: Google, teardown: Teardown, options: dict[str, Any]
) -> None:
    """Follows what an earlier run asked for to its end; asks for nothing.

    Raises:
        ExecutionStopped: An operation failed or does not end.
    """
    for step in steps_open(teardown=teardown):
        if step.operation:
            _guarded(google, step, options, _followed)


def _guarded(
    google: Google,
    step: TeardownStep,
    options: dict[str, Any],
    act: Callable[[Google, TeardownStep, dict[str, Any]], None],
) -> None:
    """Writes whatever stops a step into the record."""
    try:
        act(google, step, options)
    except ExecutionStopped as error:
        _save(step, trouble=error.received)
        raise
    except GoogleError as error:
        _save(step, trouble=str(error))
        raise ExecutionStopped(_name(step), str(error), _AGAIN) from error


def _removed(google: Google, step: TeardownStep, options: dict[str, Any]) -> None:
    kind = ORDER[step.kind]
    # A refusal for sure of everything that was asked, now or in an earlier run.
    is_untouched = step.state == StepState.PLANNED
    last: GoogleError | None = None
    for attempt in range(ATTEMPTS):
        if step.operation:
            _followed(google, step, options)
        held = kind.look(google, step.name)
        if held is None:
            return _save(step, state=StepState.GONE, gone_at=timezone.now())
        if kind.mark(held) != step.fingerprint:
            received = "it has changed since the plan was shown"
            raise ExecutionStopped(_name(step), received, "look at a new plan first")
        if attempt:
            calls.sleep(calls.PAUSES_SECONDS[attempt - 1])
        _save(step, state=StepState.ASKED, asked_at=timezone.now())
        try:
            operation = kind.remove(google, step.name, held, options)
        except GoogleMissing:
            continue
        except (GoogleConflict, GoogleAway) as error:
            last = error
            is_untouched = is_untouched and isinstance(error, GoogleConflict)
        except GoogleError:
            if is_untouched:
                _save(step, state=StepState.PLANNED)
            raise
        else:
            _save(step, operation=operation)
    if is_untouched and last is not None:
        _save(step, state=StepState.PLANNED)
    received = str(last or f"it is still there after {ATTEMPTS} attempts")
    raise ExecutionStopped(_name(step), received, _AGAIN)


def _followed(google: Google, step: TeardownStep, options: dict[str, Any]) -> None:
    """Follows the recorded operation; one that failed has removed nothing."""
    wait_seconds = options["wait_minutes"] * 60
    failure = operation_end(google, step.operation, wait_seconds)
    if failure:
        _save(step, state=StepState.PLANNED, operation="")
        raise ExecutionStopped(_name(step), f"Google could not: {failure}", _AGAIN)
    _save(step, operation="")


def _save(step: TeardownStep, **changed: Any) -> None:
    for name, value in changed.items():
        setattr(step, name, value)
    step.save(update_fields=list(changed))


def _name(step: TeardownStep) -> str:
    return f"{step.kind} {step.name}"
