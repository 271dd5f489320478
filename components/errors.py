"""What a component can fail with; each error says what happened and what to do."""

from typing import Any

OWN_EXIT = "exit"
"""Kind of a failure that the program itself ended with."""


class ComponentError(Exception):
    """Base of every error of this room."""


class ChildFailed(ComponentError):
    """A supervised program ended otherwise than with exit code 0.

    Attributes:
        kind: `signal`, `exit` or `start`, as the document's `error.kind` has it.
        message: One sentence that names the program and the cause.
        interrupted: True when it was asked to stop (SIGTERM, SIGINT).
        exit_code: What the supervising step should exit with.
        signal_number: The signal that it ended by or was stopped with, if any.
    """

    def __init__(
        self,
        kind: str,
        message: str,
        *,
        interrupted: bool,
        exit_code: int,
        signal_number: int | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.interrupted = interrupted
        self.exit_code = exit_code
        self.signal_number = signal_number

    def as_document_error(self) -> dict[str, Any]:
        """The document's `error`."""
        error: dict[str, Any] = {"kind": self.kind, "message": self.message}
        if self.signal_number is not None:
            error["signal"] = self.signal_number
        return error
