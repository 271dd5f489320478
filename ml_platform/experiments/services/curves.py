"""What compare shows of a run's cached history, kept ready to be sent.

Ten histories are a megabyte and a half of JSON: to take the curves out of them and to
compress them at every call is nearly all that comparing costs. They are kept compressed
beside the history, and are made when a run's document is cached or, where many runs are
cached at once (an import), when they are first asked for.
"""

from collections.abc import Sequence
from typing import Any

from pydantic_core import to_json

from ml_platform.experiments.deflated import Deflated, deflated
from ml_platform.experiments.models import CachedCurves, QuickTest

_EMPTY: dict[str, Any] = {
    "epochs": [],
    "loss": {},
    "gradient": {},
    "metrics": {},
    "anomalies": [],
}
"""The parts of a history that are kept, with what stands for one that is absent."""


def curves_of(*, runs: Sequence[QuickTest]) -> dict[int, CachedCurves]:
    """Returns the curves of runs by their id; histories may be deferred."""
    digests = {run.pk: run.cached_sha256 for run in runs}
    found = {
        pk: curves
        for pk, curves in CachedCurves.objects.in_bulk(list(digests)).items()
        if curves.document_sha256 == digests[pk]
    }
    if missing := digests.keys() - found.keys():
        made = _stored(runs=QuickTest.objects.filter(pk__in=missing))
        found |= {curves.quick_test_id: curves for curves in made}
    return found


def piece_of(curves: CachedCurves) -> Deflated:
    """Returns the members `"epochs": …, "loss": …` of a JSON object, compressed."""
    return Deflated(bytes(curves.deflated), curves.crc32, curves.size)


def _stored(*, runs: Sequence[QuickTest]) -> list[CachedCurves]:
    """Keeps the curves of the runs' histories as they stand; returns all of them.

    A run without a document has nothing that is worth keeping.
    """
    made = [_curves_made(run) for run in runs]
    CachedCurves.objects.bulk_create(
        [curves for curves in made if curves.document_sha256],
        update_conflicts=True,
        unique_fields=["quick_test"],
        update_fields=["document_sha256", "told", "deflated", "crc32", "size"],
    )
    return made


def _curves_made(run: QuickTest) -> CachedCurves:
    history = run.training_history_json or {}
    piece = deflated(_members(history))
    return CachedCurves(
        quick_test=run,
        document_sha256=run.cached_sha256,
        told={
            "available": bool(history.get("available")),
            "reason": history.get("reason"),
            "epochs": (history.get("epochs") or [])[:1],
            "sampling": history.get("sampling"),
            "run": {"evaluation": (history.get("run") or {}).get("evaluation") or {}},
        },
        deflated=piece.data,
        crc32=piece.crc32,
        size=piece.size,
    )


def _members(history: dict[str, Any]) -> bytes:
    kept = {name: history.get(name) or empty for name, empty in _EMPTY.items()}
    return to_json(kept)[1:-1]
