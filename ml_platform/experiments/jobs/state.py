"""How a job stands, in the words that every kind of job shares."""

from dataclasses import dataclass

PENDING, RUNNING = "pending", "running"
SUCCEEDED, FAILED, CANCELLED, GONE = "succeeded", "failed", "cancelled", "gone"


@dataclass(frozen=True)
class JobState:
    """A job's state, and what its platform says of it.

    Attributes:
        word: `pending`, `running`, `succeeded`, `failed`, `cancelled`, or `gone`
            where the platform knows nothing of it.
        message: The platform's own; empty where it says nothing.
    """

    word: str
    message: str = ""

    @property
    def over(self) -> bool:
        """Whether the job will do nothing more."""
        return self.word not in (PENDING, RUNNING)
