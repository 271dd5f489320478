"""What the fake's project holds, and its answer to each call.

A method of Google's is answered by the function of its name in `ANSWERS`, which each
module of a service fills; a list comes in pages of `page_size` whatever was asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.support.google.documents import Call, Json

Answer = Callable[["Project", Call, dict[str, str], Any], Json | None]
ANSWERS: dict[str, Answer] = {}


class Refused(Exception):
    """Google's refusal of a call: HTTP status and, of some APIs, a reason."""

    def __init__(self, status: int, message: str, reason: str = "") -> None:
        self.status = status
        self.reason = reason
        super().__init__(message)


@dataclass
class Operation:
    """A long-running operation; it takes effect with the last poll before its end."""

    api: str
    name: str
    effect: Callable[[], None]
    polls_left: int
    error: str = ""
    done: bool = False
    method: str = ""
    context: Json | None = None

    def poll(self) -> None:
        """One look at it; `polls_left` below 0 never ends."""
        if self.done or self.polls_left < 0:
            return
        self.polls_left -= 1
        if self.polls_left < 0:
            self.done = True
            if not self.error:
                self.effect()


@dataclass
class Project:
    """One project.

    Attributes:
        items: the resources of each kind by their full name, as Google shows them.
        policies: IAM policies by the name of their resource.
        granted: the caller's permissions, None for all.
        polls: how many polls an operation takes; below 0 it never ends.
        failing: what the next operations end with, by the method that began them.
    """

    id: str
    regions: list[str] = field(default_factory=lambda: ["europe-west1", "us-central1"])
    items: dict[str, dict[str, Json]] = field(default_factory=dict)
    policies: dict[str, Json] = field(default_factory=dict)
    series: list[Json] = field(default_factory=list)
    granted: set[str] | None = None
    charges: list[tuple[str, str, float]] = field(default_factory=list)
    page_size: int = 2
    polls: int = 1
    failing: dict[str, str] = field(default_factory=dict)
    operations: dict[str, Operation] = field(default_factory=dict)
    counter: int = 0

    def answer(self, call: Call, query: dict[str, str], body: Any) -> Json | None:
        """Returns the answer of a call that the documents know.

        Raises:
            Refused: As Google would.
        """
        method = call.id
        if method not in ANSWERS:
            raise Refused(501, f"the fake does not play {method}")
        return ANSWERS[method](self, call, query, body)

    def kind(self, name: str) -> dict[str, Json]:
        """Returns the resources of a kind by their full name."""
        return self.items.setdefault(name, {})

    def found(self, kind: str, name: str) -> Json:
        """Returns one resource.

        Raises:
            Refused: It is not there.
        """
        if name not in self.kind(kind):
            raise Refused(404, f"Resource '{name}' was not found")
        return self.kind(kind)[name]

    def page(self, field_name: str, rows: list[Any], query: dict[str, str]) -> Json:
        """Returns one page of a list."""
        start = int(query.get("pageToken") or 0)
        told: Json = {field_name: rows[start : start + self.page_size]}
        if start + self.page_size < len(rows):
            told["nextPageToken"] = str(start + self.page_size)
        return told if told[field_name] else {}

    def tag(self) -> str:
        """Returns a new etag or name."""
        self.counter += 1
        return f"e{self.counter}"

    def begin(self, api: str, method: str, effect: Callable[[], None]) -> Operation:
        """Begins an operation."""
        error = self.failing.pop(method, "")
        name = f"op-{self.tag()}"
        operation = Operation(api, name, effect, self.polls, error, method=method)
        self.operations[operation.name] = operation
        return operation


def answers(method: str) -> Callable[[Answer], Answer]:
    """Registers the answer of a method by Google's name."""

    def register(answer: Answer) -> Answer:
        ANSWERS[method] = answer
        return answer

    return register
