"""Writing the document that an archived run gives, and caching it.

The same rows give the same bytes, so a killed import writes them again. A document that
the run already had from elsewhere stays.
"""

import hashlib

from django.db import transaction
from django.utils import timezone

from ml_platform.experiments.errors import ExperimentsError
from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.roots import file_allowed, first_root
from ml_platform.experiments.services.training_cache import TrainingCacheService
from ml_platform.mlflow_exit.mapping.document import document_written
from ml_platform.mlflow_exit.models import (
    ArchivedExperiment,
    ArchivedRun,
    DocumentState,
)
from ml_platform.mlflow_exit.runs import HeldRun
from ml_platform.mlflow_exit.texts import text_read
from training_metrics.document import TrainingMetrics
from training_metrics.errors import (
    DocumentRefused,
    StoreConflict,
    TrainingMetricsError,
)
from training_metrics.limits import BYTES_MAX
from training_metrics.reading import ReadResult
from training_metrics.storage import DOCUMENT_NAME, open_store


def document_make(record: ArchivedRun, held: HeldRun, name: str) -> str:
    """Writes and caches a run's document where that is pending.

    Args:
        record: of the run.
        held: what the archive holds of it.
        name: of its experiment, empty where not known.

    Returns:
        Why it could not be done, for a person; empty when it is done.
    """
    quick_test = record.quick_test
    if record.document_state != DocumentState.PENDING or quick_test is None:
        return ""
    cache = TrainingCacheService()
    try:
        document, data = document_written(held, name)
        read = _written(record, quick_test, document, data)
        if read is None:
            cached = cache.cache_training_history(quick_test)
            return _recorded(record, quick_test, cached, "")
        with transaction.atomic():
            cached = cache.store_history(quick_test, read, timezone.now())
            return _recorded(record, quick_test, cached, read.sha256)
    except DocumentRefused as error:
        return (
            f"run {record.run_id}: document not written: {error.place}: "
            f"{error.problem}; its rows are in the archive"
        )
    except (ExperimentsError, TrainingMetricsError) as error:
        return f"run {record.run_id}: document not written: {error}"


def _recorded(
    record: ArchivedRun, quick_test: QuickTest, cached: bool, digest: str
) -> str:
    """Records what became of the document; returns why it is not cached, if so."""
    history = quick_test.training_history_json or {}
    if not cached and history.get("reason") != "NO_EPOCHS":
        return f"run {record.run_id}: not cached: {history.get('message')}"
    record.document_sha256 = digest
    record.document_state = DocumentState.WRITTEN if digest else DocumentState.OWN
    record.save(update_fields=["document_state", "document_sha256"])
    return ""


def _written(
    record: ArchivedRun, quick_test: QuickTest, document: TrainingMetrics, data: bytes
) -> ReadResult | None:
    """Writes the document; returns it as it would be read, None where another stays."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        generation = _write(record, quick_test, data, digest)
    except StoreConflict:
        # Another import wrote meanwhile; now its document is there to compare with.
        generation = _write(record, quick_test, data, digest)
    if generation is None:
        return None
    return ReadResult(document, [], generation, digest, len(data))


def _write(
    record: ArchivedRun, quick_test: QuickTest, data: bytes, digest: str
) -> int | None:
    """Returns the generation of the bytes; None where another document stays."""
    if not quick_test.gcs_artifacts_path:
        root = first_root().rstrip("/")
        quick_test.gcs_artifacts_path = f"{root}/quick_tests/{quick_test.pk}"
        quick_test.save(update_fields=["gcs_artifacts_path"])
    store = open_store(file_allowed(quick_test.gcs_artifacts_path, DOCUMENT_NAME))
    stored = store.read(BYTES_MAX)
    if stored is None:
        return store.write(data, if_generation=0)
    there = hashlib.sha256(stored.data).hexdigest()
    if there == record.document_sha256:
        return store.write(data, if_generation=stored.generation)
    return stored.generation if there == digest else None


def experiment_name(record: ArchivedRun) -> str:
    """Returns the name of a run's experiment, empty where it is not archived."""
    found = ArchivedExperiment.objects.filter(
        source=record.source, experiment_id=str(record.columns.get("experiment_id"))
    ).first()
    return text_read(found.columns.get("name") or "") if found else ""
