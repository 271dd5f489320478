"""Errors of the trainer that a user can do something about.

    TrainerError
    ├── ParameterError    training parameters, one line a field
    ├── OptionError       options of preparing, one line a field
    ├── ColumnError       a column mapping that does not fit the file
    ├── DataError         a file or split that cannot be used
    └── JobFailed         a Beam job on other machines that did not succeed

    Interrupted           a KeyboardInterrupt: the process was told to stop

Each text says what failed and where, what was received, and what to do.
"""

from collections.abc import Sequence

TRAINING_STOPPED = (
    "what was recorded is kept: training again in the same artifacts folder goes on "
    "after the last epoch."
)


class TrainerError(Exception):
    """Base of everything the trainer refuses; its text is fit for a user."""

    exit_code = 2


class FieldsError(TrainerError):
    """Several fields are wrong; all are reported together, one line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class ParameterError(FieldsError):
    """Training parameters outside their bounds or of unknown name."""


class OptionError(FieldsError):
    """Options of `prepare` outside their bounds or of unknown name."""


class ColumnError(FieldsError):
    """A column mapping names columns or roles that do not exist."""


class DataError(TrainerError):
    """A file, a split or a folder cannot be read, used or written."""


class JobFailed(TrainerError):
    """A Beam job that runs elsewhere could not be started or did not succeed."""

    exit_code = 1


class Interrupted(KeyboardInterrupt):
    """The process received a signal and ends in order.

    No `Exception`, so that nothing on the way takes it for a failure.
    """

    def __init__(
        self, signal_name: str, signal_number: int, consequence: str = TRAINING_STOPPED
    ) -> None:
        self.signal_name = signal_name
        self.signal_number = signal_number  # for the document's `error`
        self.exit_code = 128 + signal_number
        super().__init__(
            f"ended by signal {signal_number} ({signal_name}); {consequence}"
        )
