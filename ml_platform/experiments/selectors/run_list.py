"""The list of runs: filtered, sorted and cut into pages by the database."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from django.db.models import F, OrderBy, QuerySet
from django.db.models.fields.json import KeyTransform
from django.utils import timezone

from ml_platform.experiments.models import QuickTest, RunStatus
from ml_platform.experiments.selectors.counting import COUNTED, counts_by_status
from ml_platform.experiments.selectors.run_search import runs_matching
from ml_platform.experiments.selectors.visible import User, runs_visible

MAX_PAGE_SIZE = 100
COLUMNS = {
    "id": "pk",
    "number": "number",
    "name": "name",
    "status": "status",
    "model": "model_type",
    "started": "started_at",
    "started_at": "started_at",
    "created_at": "created_at",
    "duration": "duration_seconds",
    "epochs": "epoch_count",
    "best_val_loss": "best_val_loss",
    "best_epoch": "best_epoch",
    "test_loss": "test_loss",
    "test_recall_at_5": "test_recall_at_5",
    "test_recall_at_10": "test_recall_at_10",
    "test_recall_at_50": "test_recall_at_50",
    "test_recall_at_100": "test_recall_at_100",
    "test_auc_roc": "test_auc_roc",
    "test_rmse": "test_rmse",
    "test_mae": "test_mae",
}
# A list never reads the histories: they are what is large.
_DEFERRED = ("training_history_json",)


@dataclass(frozen=True)
class RunQuery:
    """What is asked of the list; every field has a default."""

    search: str = ""
    status: str = ""
    model: str = ""
    split: str = ""
    days: int = 0
    ordering: str = "-number"
    page: int = 1
    page_size: int = 25


@dataclass(frozen=True)
class RunPage:
    """One page of runs and the counts around it."""

    runs: list[QuickTest]
    query: RunQuery
    matching: int
    total: int
    counts_exact: bool = True
    by_status: dict[str, int] = field(default_factory=dict)

    @property
    def page_count(self) -> int:
        """Number of pages, at least one."""
        return max(1, -(-self.matching // self.query.page_size))

    @property
    def first(self) -> int:
        """Position of the page's first run, from 1; 0 where there is none."""
        return (self.query.page - 1) * self.query.page_size + 1 if self.runs else 0

    @property
    def last(self) -> int:
        """Position of the page's last run."""
        return self.first + len(self.runs) - 1 if self.runs else 0


def run_list(*, user: User, query: RunQuery) -> RunPage:
    """Returns a page of the runs that the user may see.

    `by_status` counts under every filter but the status itself; a page beyond the
    last one is the last one. Counts, and so pages, end at `COUNTED`: beyond it
    `counts_exact` is False.
    """
    visible = runs_visible(user=user)
    unsplit = _filtered(visible, query)
    counts = counts_by_status(unsplit)
    matching = counts.get(query.status, 0) if query.status else sum(counts.values())
    pages = max(1, -(-matching // query.page_size))
    query = replace(query, page=min(query.page, pages))
    rows = unsplit.filter(status=query.status) if query.status else unsplit
    start = (query.page - 1) * query.page_size
    order = (_order(query.ordering), "-number")
    # The database sorts ids, not whole rows.
    ids = rows.order_by(*order).values("pk")[start : start + query.page_size]
    runs = QuickTest.objects.filter(pk__in=ids).order_by(*order).defer(*_DEFERRED)
    return RunPage(
        runs=list(runs),
        query=query,
        matching=matching,
        total=(total := visible.order_by()[:COUNTED].count()),
        counts_exact=total < COUNTED,
        by_status=counts,
    )


def statuses() -> list[tuple[str, str]]:
    """Returns the statuses to filter by, in the order they are shown."""
    order = ("completed", "running", "submitted", "failed", "interrupted")
    return [(status, RunStatus(status).label) for status in order]


def _filtered(runs: QuerySet[QuickTest], query: RunQuery) -> QuerySet[QuickTest]:
    if query.model:
        runs = runs.filter(model_type=query.model)
    if query.split:
        runs = runs.filter(split=query.split)
    if query.days:
        since = timezone.now() - timedelta(days=query.days)
        runs = runs.filter(started_at__gte=since)
    return runs_matching(runs, query.search)


def _order(ordering: str) -> OrderBy:
    name = ordering.removeprefix("-")
    if name in COLUMNS:
        value = F(COLUMNS[name])
    elif name.startswith(("test_", "final_")):
        value = KeyTransform(name, "final_metrics")
    else:
        value = KeyTransform(name.removeprefix("params."), "params")
    if ordering.startswith("-"):
        return value.desc(nulls_last=True)
    return value.asc(nulls_last=True)
