"""A place of a code base that names MLflow, and what is to become of it."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

# "htmlflow" and "HTMLFlow" name no MLflow; "useMlflow" and "azureml_mlflow" do.
_LOWER = r"(?<!ht)(?<!x)(?<!ya)(?<!to)(?<!k)ml[-_]?flow"
_UPPER = r"(?<!HT)(?<!X)(?<!YA)(?<!TO)(?<!K)M[Ll][-_ ]?[Ff][Ll][Oo][Ww]"
NAMED = re.compile(f"{_LOWER}|{_UPPER}")
SETTING = re.compile(r"\b_*MLFLOW_[A-Z0-9_]+")

_TEXT_CHARS_MAX = 160


class Action(StrEnum):
    """What is to become of a line."""

    DELETE = "delete"
    EDIT = "edit"
    KEEP = "keep"


@dataclass(frozen=True, order=True)
class Reference:
    """One line that names MLflow.

    Attributes:
        file: the path, as the search was given its folder.
        line: counted from 1; 0 where the file's name alone names MLflow.
        action: what is to become of it.
        kind: what the line is: `import`, `use`, `setting`, `requirement`, …
        why: the reason for the action, for a person.
        text: the line itself, shortened.
    """

    file: str
    line: int
    action: Action
    kind: str
    why: str
    text: str = ""


@dataclass
class Found:
    """What a search found.

    Attributes:
        references: in order of file and line.
        files: how many files were read.
        unread: what was not searched and why, a line each.
    """

    references: list[Reference] = field(default_factory=list)
    files: int = 0
    unread: list[str] = field(default_factory=list)

    def of(self, action: Action) -> list[Reference]:
        """Returns the references with one action."""
        return [one for one in self.references if one.action == action]

    @property
    def remains(self) -> int:
        """The number of lines that are still to be deleted or edited."""
        return len(self.of(Action.DELETE)) + len(self.of(Action.EDIT))


def shortened(line: str) -> str:
    """Returns a line as a person is shown it."""
    text = line.strip()
    if len(text) <= _TEXT_CHARS_MAX:
        return text
    return text[: _TEXT_CHARS_MAX - 1] + "…"
