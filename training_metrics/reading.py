"""Reading a document from any place: what is there, what was wrong with it, or why not.

Never fails with anything but this package's errors, and never reads or parses without
a limit.
"""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

from pydantic import ValidationError

from training_metrics import limits
from training_metrics.document import TrainingMetrics
from training_metrics.errors import DocumentNotFound, DocumentRefused
from training_metrics.findings import Finding
from training_metrics.parsing import parse
from training_metrics.repair import repair
from training_metrics.storage import open_store

_PROBLEMS_SHOWN = 5


class ReadResult(NamedTuple):
    """A document as read.

    Attributes:
        document: valid, whatever the file was like.
        findings: what was wrong with the file; empty where nothing was.
        generation: the stored content's number at its store.
        sha256: hex digest of the bytes as stored.
        size_bytes: their number.
    """

    document: TrainingMetrics
    findings: list[Finding]
    generation: int
    sha256: str
    size_bytes: int


def read_document(uri_or_path: str) -> ReadResult:
    """Reads the document at `gs://…`, `/gcs/…` or a local path.

    Raises:
        DocumentNotFound: nothing is there.
        DocumentRefused: what is there cannot be read as a document.
        StoreUnavailable: the store did not answer.
    """
    store = open_store(uri_or_path)
    stored = store.read(limits.BYTES_MAX)
    if stored is None:
        raise DocumentNotFound(store.uri)
    document, findings = from_bytes(stored.data, store.uri)
    return ReadResult(
        document,
        findings,
        stored.generation,
        hashlib.sha256(stored.data).hexdigest(),
        len(stored.data),
    )


def from_bytes(data: bytes, file: str) -> tuple[TrainingMetrics, list[Finding]]:
    """Reads a document's bytes.

    Args:
        data: as stored.
        file: the name that errors give it.

    Raises:
        DocumentRefused: it cannot be read as a document.
    """
    raw, parse_findings = parse(data, file)
    document, repair_findings = validated(raw, file)
    return document, parse_findings + repair_findings


def validated(raw: dict[str, Any], file: str) -> tuple[TrainingMetrics, list[Finding]]:
    """Makes parsed JSON a document, repairing what needs no guess.

    Raises:
        DocumentRefused: it cannot be read as a document.
    """
    fixed, findings = repair(raw, file)
    try:
        return TrainingMetrics.model_validate(fixed), findings
    except ValidationError as error:
        raise _refused(error, file) from error


def _refused(error: ValidationError, file: str) -> DocumentRefused:
    """All of the model's problems in one line."""
    problems = error.errors(include_url=False, include_context=False)
    shown = [
        f"{problem['msg']} @ {'.'.join(map(str, problem['loc'])) or '$'}"[
            : limits.PATH_CHARACTERS_MAX
        ]
        for problem in problems[:_PROBLEMS_SHOWN]
    ]
    more = len(problems) - len(shown)
    if more:
        shown.append(f"and {more} more")
    place = ".".join(map(str, problems[0]["loc"])) or "$"
    return DocumentRefused(
        file,
        place[: limits.PATH_CHARACTERS_MAX],
        "; ".join(shown),
        "compare with `python -m training_metrics schema`",
    )
