"""Writing the document that an archived run gives, and caching it.

Derived anew from the archive each time it is pending, so a killed import writes the
same bytes again. A document that the run already had from elsewhere stays.
"""

import hashlib

from pydantic import ValidationError

from ml_platform.experiments.errors import ExperimentsError
from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.roots import file_allowed, first_root
from ml_platform.experiments.services.training_cache import TrainingCacheService
from ml_platform.mlflow_exit.archive import run_held
from ml_platform.mlflow_exit.mapping.document import document_of
from ml_platform.mlflow_exit.models import (
    ArchivedExperiment,
    ArchivedRun,
    DocumentState,
)
from ml_platform.mlflow_exit.texts import text_read
from training_metrics.errors import (
    DocumentRefused,
    StoreConflict,
    TrainingMetricsError,
)
from training_metrics.limits import BYTES_MAX
from training_metrics.storage import DOCUMENT_NAME, open_store
from training_metrics.writing import to_bytes


def document_make(record: ArchivedRun) -> str:
    """Writes and caches a run's document where that is pending.

    Returns:
        Why it could not be done, for a person; empty when it is done.
    """
    quick_test = record.quick_test
    if record.document_state != DocumentState.PENDING or quick_test is None:
        return ""
    try:
        digest = _written(record, quick_test)
        if not TrainingCacheService().cache_training_history(quick_test):
            history = quick_test.training_history_json or {}
            if history.get("reason") != "NO_EPOCHS":
                return f"run {record.run_id}: not cached: {history.get('message')}"
    except ValidationError as error:
        return (
            f"run {record.run_id}: document not written: {_first(error)}; "
            "its rows are in the archive"
        )
    except (ExperimentsError, TrainingMetricsError) as error:
        return f"run {record.run_id}: document not written: {error}"
    record.document_sha256 = digest
    record.document_state = DocumentState.WRITTEN if digest else DocumentState.OWN
    record.save(update_fields=["document_state", "document_sha256"])
    return ""


def _written(record: ArchivedRun, quick_test: QuickTest) -> str:
    """See `_write`; where another import wrote meanwhile, its document is met."""
    try:
        return _write(record, quick_test)
    except StoreConflict:
        return _write(record, quick_test)


def _write(record: ArchivedRun, quick_test: QuickTest) -> str:
    """Returns the digest of what was written; empty where another document stays."""
    if not quick_test.gcs_artifacts_path:
        root = first_root().rstrip("/")
        quick_test.gcs_artifacts_path = f"{root}/quick_tests/{quick_test.pk}"
        quick_test.save(update_fields=["gcs_artifacts_path"])
    store = open_store(file_allowed(quick_test.gcs_artifacts_path, DOCUMENT_NAME))
    data = to_bytes(document_of(run_held(record), experiment_name(record)))
    if len(data) > BYTES_MAX:
        raise DocumentRefused(
            store.uri,
            f"{len(data):,} bytes",
            f"no reader takes more than {BYTES_MAX:,}",
            "its rows are in the archive",
        )
    digest = hashlib.sha256(data).hexdigest()
    stored = store.read(BYTES_MAX)
    if stored is None:
        store.write(data, if_generation=0)
        return digest
    there = hashlib.sha256(stored.data).hexdigest()
    if there == record.document_sha256:
        store.write(data, if_generation=stored.generation)
    elif there != digest:
        return ""
    return digest


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def experiment_name(record: ArchivedRun) -> str:
    """Returns the name of a run's experiment, empty where it is not archived."""
    found = ArchivedExperiment.objects.filter(
        source=record.source, experiment_id=str(record.columns.get("experiment_id"))
    ).first()
    return text_read(found.columns.get("name") or "") if found else ""
