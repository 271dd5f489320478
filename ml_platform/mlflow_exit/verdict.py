"""What a verification found: five lists, and a digest of all that was compared."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from ml_platform.mlflow_exit.errors import ArchiveUnreadable

Line = dict[str, Any]
Row = tuple[Any, ...]


@dataclass
class Verdict:
    """What the comparison found; here is the archive, there the source or a document.

    Attributes:
        match: runs and experiments that are the same in source and archive.
        runs: runs that both have.
        points: points that were found on both sides.
        documents: documents that are what the archive gives.
        caches: completed runs with an MLflow id whose history is cached.
        own_documents: ids of runs with a document of their own, which was not compared.
        archive_only: ids of runs with more rows than a document can hold.
        pruned: ids of runs whose document, as the archive gives it, was removed with a
            receipt.
        differ: things that both sides have, otherwise.
        missing_here: what the archive lacks; caches that are not there.
        missing_there: what the source or a document lacks.
        unreadable: what could not be compared, and why.
        compared: a line for each thing that was compared, with what it held.
    """

    match: int = 0
    runs: int = 0
    points: int = 0
    documents: int = 0
    caches: int = 0
    own_documents: list[str] = field(default_factory=list)
    archive_only: list[str] = field(default_factory=list)
    pruned: list[str] = field(default_factory=list)
    differ: list[Line] = field(default_factory=list)
    missing_here: list[Line] = field(default_factory=list)
    missing_there: list[Line] = field(default_factory=list)
    unreadable: list[Line] = field(default_factory=list)
    compared: list[str] = field(default_factory=list, repr=False)

    @property
    def findings(self) -> int:
        """The number of all findings."""
        lists = (self.differ, self.missing_here, self.missing_there, self.unreadable)
        return sum(map(len, lists))

    @property
    def holds(self) -> bool:
        """Whether nothing at all was found to differ."""
        return not self.findings

    def tell(self, *compared: Any) -> None:
        """Takes a comparison into the digest."""
        self.compared.append(json.dumps(compared, sort_keys=True))

    def digest(self) -> str:
        """Returns the SHA-256 over everything compared, in order."""
        return hashlib.sha256("\n".join(self.compared).encode()).hexdigest()


def unreadable_line(error: ArchiveUnreadable) -> Line:
    """Names a run whose points the archive cannot give."""
    return {"what": "archive", "run_id": error.run_id, "why": error.received}
