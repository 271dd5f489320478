"""A finding: one line about a defect of a document that could be read all the same."""

from __future__ import annotations

from typing import NamedTuple

from training_metrics import limits


class Finding(NamedTuple):
    """Something that was wrong and what was done about it."""

    path: str
    what: str
    done: str

    def __str__(self) -> str:
        """One line, `path: what, what was done`."""
        text = f"{self.path[: limits.PATH_CHARACTERS_MAX]}: {self.what}, {self.done}"
        return text if text.isprintable() else repr(text)[1:-1]
