"""The revert list: all that the import made, in the order to undo it. Reads only.

MLflow itself was never written to, so before it is switched off the way back is to
remove what the exit added. What was there before the import, a QuickTest that named its
run or a document of its own, is in no line.
"""

from collections.abc import Iterator

from ml_platform.experiments.models import QuickTest
from ml_platform.mlflow_exit.models import ArchivedRun, DocumentState
from training_metrics.storage import document_uri

Line = dict[str, str | int]


def revert_list() -> Iterator[Line]:
    """Yields a line a thing: what, which run, where, and what to do with it."""
    records = ArchivedRun.objects.select_related("quick_test").order_by("run_id")
    for record in records.iterator(chunk_size=200):
        run = record.quick_test
        if run is not None:
            yield from _of_quick_test(record, run)
        yield {
            "what": "archive",
            "run_id": record.run_id,
            "points": record.point_count,
            "do": "delete the ArchivedRun, its rows go with it",
        }


def _of_quick_test(record: ArchivedRun, run: QuickTest) -> Iterator[Line]:
    is_ours = record.document_state == DocumentState.WRITTEN
    if is_ours:
        yield {
            "what": "document",
            "run_id": record.run_id,
            "place": document_uri(run.gcs_artifacts_path),
            "sha256": record.document_sha256,
            "do": "remove it while its SHA-256 is this",
        }
    if record.made_quick_test:
        do = "delete it"
    elif is_ours:
        do = "empty its cached history; it was here before the import"
    else:
        return
    yield {"what": "QuickTest", "run_id": record.run_id, "id": run.pk, "do": do}
