"""The step `verify`: compares everything, signs what holds, records either."""

from collections.abc import Callable
from typing import Any

from ml_platform.mlflow_exit.models import Verification
from ml_platform.mlflow_exit.proof import proof_of
from ml_platform.mlflow_exit.sources.source import Source
from ml_platform.mlflow_exit.verdict import Verdict
from ml_platform.mlflow_exit.verifying import source_verify
from ml_platform.mlflow_exit.verifying_documents import documents_verify


def archive_verify(
    *, source: Source, progress: Callable[[int, int], None] | None = None
) -> tuple[Verdict, dict[str, Any] | None]:
    """Compares source, archive, documents and caches; writes nothing but its record.

    Returns:
        What was found, and the signed proof where that is nothing.

    Raises:
        NothingArchived: There is nothing to compare with.
        SourceAway: The source stopped answering; nothing is recorded.
    """
    verdict = source_verify(source, progress)
    documents_verify(verdict, progress)
    proof = proof_of(verdict, source.label, source.lacking) if verdict.holds else None
    Verification.objects.create(
        source=source.label, findings=verdict.findings, proof=proof
    )
    return verdict, proof
