"""How far the exit has come, from the archive's own records."""

from typing import Any

from django.db.models import Count, Max, Q, Sum

from ml_platform.mlflow_exit.models import ArchivedExperiment, ArchivedRun
from ml_platform.mlflow_exit.proof import proof_state


def exit_status() -> dict[str, Any]:
    """Returns what is archived, from where, and what is still to be written."""
    runs = ArchivedRun.objects.all()
    states = runs.values_list("document_state").annotate(Count("pk")).order_by()
    sums = runs.aggregate(
        runs=Count("pk"),
        points=Sum("point_count", default=0),
        params=Sum("param_count", default=0),
        tags=Sum("tag_count", default=0),
        quick_tests_made=Count("pk", filter=Q(made_quick_test=True)),
        last=Max("archived_at"),
    )
    last = sums.pop("last")
    sources = runs.order_by("source").values_list("source", flat=True).distinct()
    return {
        "sources": list(sources),
        "experiments": ArchivedExperiment.objects.count(),
        **sums,
        "documents": dict(states),
        "last_archived_at": last.isoformat() if last else None,
        "proof": proof_state(),
    }
