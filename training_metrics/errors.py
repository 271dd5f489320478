"""The errors of this room; each says what and where, what was received, what to do.

TrainingMetricsError
  BadValue            a value, name or step that cannot be collected
    StepWentBackwards
  CollectorClosed     a call after close()
  DocumentNotFound    nothing is stored there
  DocumentRefused     something is stored there that cannot be read
    DocumentTooLarge  ours is more than any reader takes; nothing was stored
  StoreUnavailable    the store did not answer; try again
  StoreConflict       somebody else wrote since we looked
  Superseded          what is stored there must not be replaced by ours
  SignatureRefused    a notification that is not from us
"""

from training_metrics import limits

# The names say what happened, as Python's own StopIteration does.


class TrainingMetricsError(Exception):
    """Base of every error that this package raises on purpose."""


class BadValue(TrainingMetricsError, ValueError):
    """A value, name or step that cannot be collected."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")
        self.name = name


class StepWentBackwards(BadValue):
    """A series got a step smaller than its last one."""

    def __init__(self, name: str, step: int, last_step: int) -> None:
        super().__init__(
            name,
            f"step {step} came after step {last_step}; "
            "log every series in increasing steps",
        )
        self.step = step
        self.last_step = last_step


class CollectorClosed(TrainingMetricsError):
    """Something was logged after close()."""

    def __init__(self, call: str) -> None:
        super().__init__(
            f"{call}: this collector is closed; log before save() and close()"
        )
        self.call = call


class DocumentNotFound(TrainingMetricsError):
    """No document is stored at the place."""

    def __init__(self, uri: str) -> None:
        super().__init__(
            f"{uri}: no document here; check the path, or make it from the run's "
            "journal with `python -m training_metrics recover`"
        )
        self.uri = uri


class DocumentRefused(TrainingMetricsError):
    """What is stored cannot be read as a document; one line says why."""

    def __init__(self, file: str, place: str, problem: str, remedy: str) -> None:
        place = place[: limits.PATH_CHARACTERS_MAX]
        if not place.strip():
            place = repr(place)  # a name of nothing or of blanks is a name all the same
        text = f"{file}: {place}: {problem}; {remedy}"
        super().__init__(" ".join(text.split()))
        self.file = file
        self.place = place
        self.problem = problem
        self.remedy = remedy


class DocumentTooLarge(DocumentRefused):
    """A document to be written that no reader would take; what is stored stays."""

    def __init__(self, file: str, problem: str) -> None:
        super().__init__(file, "$", problem, "log fewer series or epochs")


class StoreUnavailable(TrainingMetricsError):
    """The store did not do what was asked, and may do so later."""

    def __init__(self, uri: str, cause: object) -> None:
        super().__init__(
            f"{uri}: the store did not answer ({cause}); try again when it does"
        )
        self.uri = uri
        self.cause = cause


class StoreConflict(TrainingMetricsError):
    """The stored generation is not the one that the writer expected."""

    def __init__(self, uri: str, expected: int) -> None:
        super().__init__(
            f"{uri}: generation {expected} was expected, another one is stored; "
            "read it again before writing"
        )
        self.uri = uri
        self.expected = expected


class Superseded(TrainingMetricsError):
    """What is stored there must not be replaced by ours."""

    def __init__(self, uri: str, problem: str, remedy: str) -> None:
        super().__init__(f"{uri}: {problem}; {remedy}")
        self.uri = uri


class SignatureRefused(TrainingMetricsError):
    """A notification's signature or time stamp does not hold."""
