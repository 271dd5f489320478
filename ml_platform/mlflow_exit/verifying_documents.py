"""The second half of the proof: archive against documents and caches. Reads only.

A document is derived anew from the archive and compared with the stored one byte by
byte; where they differ, both are taken apart to name the series and the epoch.
"""

import hashlib
import json
from collections.abc import Callable

from ml_platform.experiments.errors import ExperimentsError
from ml_platform.experiments.models import QuickTest, Receipt, Removal, RunStatus
from ml_platform.experiments.roots import file_allowed
from ml_platform.mlflow_exit.archive import run_held
from ml_platform.mlflow_exit.differing import Places
from ml_platform.mlflow_exit.errors import ArchiveUnreadable
from ml_platform.mlflow_exit.mapping.document import document_written
from ml_platform.mlflow_exit.models import ArchivedRun, DocumentState
from ml_platform.mlflow_exit.services.documents import experiment_name
from ml_platform.mlflow_exit.verdict import Line, Verdict, unreadable_line
from training_metrics.errors import DocumentRefused, TrainingMetricsError
from training_metrics.limits import BYTES_MAX
from training_metrics.storage import DOCUMENT_NAME, open_store


def documents_verify(
    verdict: Verdict, progress: Callable[[int, int], None] | None = None
) -> None:
    """Adds to the verdict what is wrong with any document or cache."""
    records = ArchivedRun.objects.exclude(document_state=DocumentState.NONE)
    count = records.count()
    ordered = records.select_related("quick_test").order_by("run_id")
    for index, record in enumerate(ordered.iterator(chunk_size=50), start=1):
        _compare(verdict, record)
        if progress:
            progress(index, count)
    _require_caches(verdict)


def _compare(verdict: Verdict, record: ArchivedRun) -> None:
    name: Line = {"what": "document", "run_id": record.run_id}
    if record.document_state == DocumentState.OWN:
        verdict.own_documents.append(record.run_id)
        return
    try:
        derived = _derived(record)
    except ArchiveUnreadable as error:
        line = unreadable_line(error)
        verdict.unreadable += [line] if line not in verdict.unreadable else []
        return
    quick_test = record.quick_test
    if derived is None:
        verdict.archive_only.append(record.run_id)
    elif record.document_state == DocumentState.PENDING or quick_test is None:
        why = "never written" if quick_test else "its QuickTest is gone"
        verdict.missing_there.append(name | {"why": why})
    else:
        _compare_stored(verdict, name, derived, record, quick_test)


def _derived(record: ArchivedRun) -> bytes | None:
    """The document that the archive gives; None where it is more than one can hold.

    Raises:
        ArchiveUnreadable: See `run_held`.
    """
    try:
        return document_written(run_held(record), experiment_name(record))[1]
    except DocumentRefused:
        return None


def _compare_stored(
    verdict: Verdict,
    name: Line,
    derived: bytes,
    record: ArchivedRun,
    quick_test: QuickTest,
) -> None:
    try:
        place = file_allowed(quick_test.gcs_artifacts_path, DOCUMENT_NAME)
        stored = open_store(place).read(BYTES_MAX)
    except (ExperimentsError, TrainingMetricsError) as error:
        verdict.unreadable.append(name | {"why": " ".join(str(error).split())[:300]})
        return
    if stored is None:
        receipt = _receipt(quick_test)
        if receipt is None:
            verdict.missing_there.append(name | {"why": f"nothing at {place}"})
        else:
            _compare_pruned(verdict, record, derived, receipt, quick_test)
        return
    before = verdict.findings
    _compare_bytes(verdict, name, derived, stored.data)
    digest = hashlib.sha256(stored.data).hexdigest()
    _compare_digests(verdict, record, digest, quick_test.cached_sha256)
    verdict.documents += verdict.findings == before


def _receipt(run: QuickTest) -> Receipt | None:
    """The receipt of the document's last removal, where that is why it is not there."""
    pruned = Receipt.objects.filter(run_id=run.pk, removal=Removal.PRUNED)
    return pruned.exclude(done_at=None).order_by("pk").last() if run.pruned_at else None


def _compare_pruned(
    verdict: Verdict,
    record: ArchivedRun,
    derived: bytes,
    receipt: Receipt,
    quick_test: QuickTest,
) -> None:
    """A document that is gone by a receipt is compared by the receipt's digest."""
    digest = hashlib.sha256(derived).hexdigest()
    before = verdict.findings
    name = {"what": "receipt", "run_id": record.run_id, "receipt": receipt.pk}
    if receipt.sha256 != digest:
        verdict.differ.append(name | {"here": digest, "there": receipt.sha256})
    _compare_digests(verdict, record, receipt.sha256, quick_test.cached_sha256)
    if verdict.findings == before:
        verdict.pruned.append(record.run_id)


def _compare_bytes(verdict: Verdict, name: Line, derived: bytes, stored: bytes) -> None:
    if derived == stored:
        return
    before = verdict.findings
    try:
        there = json.loads(stored)
    except ValueError as error:
        verdict.unreadable.append(name | {"why": str(error)})
        return
    here = json.loads(derived)
    Places(verdict, name, here["epochs"]).walk(here, there, "")
    if verdict.findings == before:
        sizes = {"here": f"{len(derived)} bytes", "there": f"{len(stored)} bytes"}
        verdict.differ.append(name | {"path": "$", **sizes})


def _compare_digests(
    verdict: Verdict, record: ArchivedRun, digest: str, cached: str
) -> None:
    """What the import recorded, and what the cache was made from."""
    verdict.tell("document", record.run_id, digest, cached)
    for what, known in (("document_sha256", record.document_sha256), ("cache", cached)):
        if known != digest:
            line = {"what": what, "run_id": record.run_id}
            verdict.differ.append(line | {"here": known, "there": digest})


def _require_caches(verdict: Verdict) -> None:
    """Every completed run with an MLflow id shows its history without MLflow."""
    completed = QuickTest.objects.filter(status=RunStatus.COMPLETED)
    named = completed.exclude(mlflow_run_id="").order_by("pk")
    without = set(verdict.archive_only)
    for quick_test in named.iterator(chunk_size=50):
        if quick_test.mlflow_run_id in without:
            continue
        history = quick_test.training_history_json or {}
        if history.get("available") or history.get("reason") == "NO_EPOCHS":
            verdict.caches += 1
            verdict.tell("cache", quick_test.pk, quick_test.cached_sha256)
        else:
            why = history.get("reason") or "never cached"
            line = {"what": "cache", "run_id": quick_test.mlflow_run_id}
            line |= {"quick_test": quick_test.pk, "why": why}
            verdict.missing_here.append(line)
