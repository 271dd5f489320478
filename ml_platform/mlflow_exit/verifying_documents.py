"""The second half of the proof: archive against documents and caches. Reads only.

A document is derived anew from the archive and compared with the stored one byte by
byte; where they differ, both are taken apart to name the series and the epoch.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from ml_platform.experiments.errors import ExperimentsError
from ml_platform.experiments.models import QuickTest, RunStatus
from ml_platform.experiments.roots import file_allowed
from ml_platform.mlflow_exit.archive import run_held
from ml_platform.mlflow_exit.mapping.document import document_of
from ml_platform.mlflow_exit.models import ArchivedRun, DocumentState
from ml_platform.mlflow_exit.services.documents import experiment_name
from ml_platform.mlflow_exit.verdict import Line, Verdict
from training_metrics.errors import TrainingMetricsError
from training_metrics.limits import BYTES_MAX
from training_metrics.storage import DOCUMENT_NAME, open_store
from training_metrics.writing import to_bytes

_ABSENT = object()


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
    derived = _derived(record)
    quick_test = record.quick_test
    if derived is None:
        verdict.archive_only.append(record.run_id)
    elif record.document_state == DocumentState.PENDING or quick_test is None:
        why = "never written" if quick_test else "its QuickTest is gone"
        verdict.missing_there.append(name | {"why": why})
    else:
        _compare_stored(verdict, name, derived, record, quick_test)


def _derived(record: ArchivedRun) -> bytes | None:
    """The document that the archive gives; None where it is more than one can hold."""
    try:
        data = to_bytes(document_of(run_held(record), experiment_name(record)))
    except ValidationError:
        return None
    return data if len(data) <= BYTES_MAX else None


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
        verdict.missing_there.append(name | {"why": f"nothing at {place}"})
        return
    before = verdict.findings
    _compare_bytes(verdict, name, derived, stored.data)
    _compare_digests(verdict, record, stored.data, quick_test.cached_sha256)
    verdict.documents += verdict.findings == before


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
    _Comparison(verdict, name, here["epochs"]).walk(here, there, "")
    if verdict.findings == before:
        sizes = {"here": f"{len(derived)} bytes", "there": f"{len(stored)} bytes"}
        verdict.differ.append(name | {"path": "$", **sizes})


def _compare_digests(
    verdict: Verdict, record: ArchivedRun, stored: bytes, cached: str
) -> None:
    """What the import recorded, and what the cache was made from."""
    digest = hashlib.sha256(stored).hexdigest()
    verdict.tell("document", record.run_id, digest, cached)
    for what, known in (("document_sha256", record.document_sha256), ("cache", cached)):
        if known != digest:
            line = {"what": what, "run_id": record.run_id}
            verdict.differ.append(line | {"here": known, "there": digest})


class _Comparison:
    """Names the places where two documents differ; here is what the archive gives."""

    def __init__(self, verdict: Verdict, name: Line, epochs: list[int]) -> None:
        self._verdict, self._name, self._epochs = verdict, name, epochs

    def walk(self, here: Any, there: Any, path: str) -> None:
        if here is _ABSENT:
            self._verdict.missing_here.append(self._line(path) | {"there": repr(there)})
        elif there is _ABSENT:
            self._verdict.missing_there.append(self._line(path) | {"here": repr(here)})
        elif isinstance(here, dict) and isinstance(there, dict):
            for key in sorted(here.keys() | there.keys()):
                below = f"{path}.{key}" if path else key
                self.walk(here.get(key, _ABSENT), there.get(key, _ABSENT), below)
        elif isinstance(here, list) and isinstance(there, list):
            self._walk_lists(here, there, path)
        elif type(here) is not type(there) or repr(here) != repr(there):
            self._differ(here, there, path)

    def _walk_lists(self, here: list[Any], there: list[Any], path: str) -> None:
        if len(here) != len(there):
            pairs = enumerate(zip(here, there, strict=False))
            unlike = (at for at, (a, b) in pairs if repr(a) != repr(b))
            first = next(unlike, min(len(here), len(there)))
            told = f"{len(here)} entries", f"{len(there)} entries"
            self._differ(*told, self._place(path, first, len(here)))
            return
        for at, (mine, theirs) in enumerate(zip(here, there, strict=True)):
            self.walk(mine, theirs, self._place(path, at, len(here)))

    def _place(self, path: str, at: int, length: int) -> str:
        is_series = length == len(self._epochs) and "@" not in path and at < length
        return f"{path}@{self._epochs[at]}" if is_series else f"{path}[{at}]"

    def _differ(self, here: Any, there: Any, path: str) -> None:
        sides = {"here": _short(here), "there": _short(there)}
        self._verdict.differ.append(self._line(path) | sides)

    def _line(self, path: str) -> Line:
        """A series' place is told with its epoch apart."""
        series, at, rest = path.partition("@")
        if not at:
            return self._name | {"path": path}
        epoch, bracket, inner = rest.partition("[")
        return self._name | {"path": series + bracket + inner, "epoch": int(epoch)}


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 100 else f"{text[:100]}…"


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
