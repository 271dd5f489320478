"""What the command line can fail with; each is one line for the person who ran it."""


class TracklessError(Exception):
    """A mistake or failure told in one line.

    Attributes:
        exit_code: Of the command; 2 for what was refused, 1 for a run that failed.
    """

    def __init__(self, message: str, *, exit_code: int = 2) -> None:
        super().__init__(message)
        self.exit_code = exit_code
