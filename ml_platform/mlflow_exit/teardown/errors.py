"""Errors of the teardown, all of them errors of the exit.

TeardownError
 ├─ NamesRefused      a name that is none, or would match everything
 ├─ PricesRefused     the price list cannot be read
 ├─ ListingFailed     what the project holds is not known
 ├─ ExecutionRefused  a condition of `--execute` is not met; nothing was done
 ├─ ExecutionStopped  it stopped half-way; the record tells where
 ├─ RecordRefused     the completion record could not be written
 └─ GoogleError       what Google answered to one call
     ├─ GoogleMissing, GoogleDenied, GoogleConflict, GoogleRefused
     └─ GoogleAway    no answer, or a passing failure: done or not is unknown
"""

from ml_platform.mlflow_exit.errors import ExitError


class TeardownError(ExitError):
    """Base of the teardown's errors."""


class NamesRefused(TeardownError):
    """A name cannot name one resource."""

    def __init__(self, option: str, received: str) -> None:
        self.option, self.received = option, received
        super().__init__(
            f"teardown {option} {received!r}: names no single resource; give its exact "
            "name: 3 or more of a-z, 0-9, '-', '_' and '.'"
        )


class SettingRefused(TeardownError):
    """The setting with a platform's names names what no name is of."""

    def __init__(self, setting: str, received: str, known: list[str]) -> None:
        self.setting, self.received = setting, received
        super().__init__(
            f"settings {setting}: {received!r} is nothing that a teardown knows; known "
            f"are {', '.join(known)}"
        )


class PricesRefused(TeardownError):
    """The file of prices is not there or not as docs/mlflow-switch-off.md has it."""

    def __init__(self, file: str, received: str) -> None:
        self.file, self.received = file, received
        super().__init__(
            f"prices {file}: {received}; see docs/mlflow-switch-off.md for its fields"
        )


class ListingFailed(TeardownError):
    """A list did not come whole, so it is unknown what is there."""

    def __init__(self, what: str, received: str) -> None:
        self.what, self.received = what, received
        super().__init__(
            f"listing {what}: {received}; nothing is planned on half a list: mend it "
            "(see the roles in docs/mlflow-switch-off.md) and run the step again"
        )


class ExecutionRefused(TeardownError):
    """Conditions that are not met, all of them; nothing was done."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__("\n  ".join(["teardown refused, nothing was done:", *reasons]))


class ExecutionStopped(TeardownError):
    """It could not go on; `teardown --execute` run again continues."""

    def __init__(self, resource: str, received: str, remedy: str) -> None:
        self.resource, self.received = resource, received
        super().__init__(f"teardown stopped at {resource}: {received}; {remedy}")


class RecordRefused(TeardownError):
    """The place of the completion record does not take a file."""

    def __init__(self, place: str, received: str) -> None:
        self.place, self.received = place, received
        super().__init__(f"record to {place}: {received}; give a folder one can write")


class GoogleError(TeardownError):
    """What Google answered to one call."""

    def __init__(self, method: str, received: str) -> None:
        self.method, self.received = method, received
        super().__init__(f"{method}: {received}")


class GoogleMissing(GoogleError):
    """What the call is about is not there."""


class GoogleDenied(GoogleError):
    """The caller may not do that."""


class GoogleConflict(GoogleError):
    """It has changed since it was looked at, or something else is under way."""


class GoogleRefused(GoogleError):
    """Google does not take the call as it is."""


class GoogleAway(GoogleError):
    """No answer, or a failure that passes; what was asked may be done or not."""

    def __init__(
        self, method: str, received: str, retry_after_seconds: int = 0
    ) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(method, received)
