"""The list of runs: filtered, sorted and cut into pages by the database."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from django.db.models import F, OrderBy, QuerySet
from django.db.models.fields.json import KeyTransform
from django.utils import timezone

from ml_platform.experiments.models import QuickTest, RunStatus
from ml_platform.experiments.selectors.counting import (
    AHEAD,
    MANY,
    counts_by_status,
    total_of,
)
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
FILTERS = ("search", "status", "model", "split", "days")
_NEVER_NULL = ("pk", "number", "name", "status", "model_type", "created_at")
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
    """One page of runs, read when they are looked at, and the counts around it."""

    runs: QuerySet[QuickTest]
    query: RunQuery
    matching: int
    total: int
    counts_exact: bool = True
    matching_exact: bool = True
    by_status: dict[str, int] = field(default_factory=dict)

    @property
    def matching_word(self) -> str:
        """How many match, with a plus where that is no end."""
        return str(self.matching) if self.matching_exact else f"{self.matching:,}+"

    @property
    def total_word(self) -> str:
        """How many there are, with a plus where they were not all counted."""
        return str(self.total) if self.counts_exact else f"{MANY:,}+"

    @property
    def page_count(self) -> int:
        """Number of pages, at least one."""
        return _pages(self.matching, self.query)

    @property
    def first(self) -> int:
        """Position of the page's first run, from 1; 0 where there is none."""
        return (self.query.page - 1) * self.query.page_size + 1 if self.runs else 0

    @property
    def last(self) -> int:
        """Position of the page's last run."""
        return self.first + len(self.runs) - 1 if self.runs else 0


def run_list(*, user: User, query: RunQuery, by_status: bool = False) -> RunPage:
    """Returns a page of the runs that the user may see.

    `by_status`, where asked for, counts under every filter but the status itself; a
    page beyond the last one is the last one. Where there are more runs than `MANY`,
    counts and pages end as `counting.py` says, and `counts_exact` is False.
    """
    visible = runs_visible(user=user)
    total = total_of(visible)
    asked = query.page * query.page_size
    most = min(asked + AHEAD, MANY) if total > MANY else None
    unsplit = _filtered(visible, query)
    rows = unsplit.filter(status=query.status) if query.status else unsplit
    counts = counts_by_status(unsplit, most) if by_status else {}
    if by_status and not query.status:
        matching = sum(counts.values())
    elif _is_filtered(query):
        matching = rows.order_by()[:most].count()
    else:
        matching = min(total, most or total)
    query = replace(query, page=min(query.page, _pages(matching, query)))
    start = (query.page - 1) * query.page_size
    order = _order(query.ordering)
    # The database sorts ids, not whole rows.
    ids = rows.order_by(*order).values("pk")[start : start + query.page_size]
    runs = QuickTest.objects.filter(pk__in=ids).order_by(*order).defer(*_DEFERRED)
    return RunPage(
        runs=runs,
        query=query,
        matching=matching,
        total=total,
        counts_exact=most is None,
        matching_exact=most is None or matching < most,
        by_status=counts,
    )


def statuses() -> list[tuple[str, str]]:
    """Returns the statuses to filter by, in the order they are shown."""
    order = ("completed", "running", "submitted", "failed", "interrupted")
    return [(status, RunStatus(status).label) for status in order]


def most_excluding(*, user: User, query: RunQuery) -> tuple[str, int]:
    """Returns the filter without which most runs match, and how many then do.

    Its name is that of the query's field; empty where no single one would help.
    """
    usual = RunQuery()
    defaults = {name: getattr(usual, name) for name in FILTERS}
    counts = {
        name: _matching(user, replace(query, **{name: default}))
        for name, default in defaults.items()
        if getattr(query, name) != default
    }
    name = max(counts, key=lambda one: counts[one], default="")
    return (name, counts[name]) if name and counts[name] else ("", 0)


def names_of_newest(*, user: User, count: int = 50) -> tuple[list[str], list[str]]:
    """Returns the names of the final metrics and of the params of the newest runs."""
    rows = runs_visible(user=user).order_by("-number")
    told = list(rows.values_list("final_metrics", "params")[:count])
    return (
        list(dict.fromkeys(name for finals, _ in told for name in finals)),
        list(dict.fromkeys(name for _, params in told for name in params)),
    )


def _is_filtered(query: RunQuery) -> bool:
    usual = RunQuery()
    return any(getattr(query, name) != getattr(usual, name) for name in FILTERS)


def _matching(user: User, query: RunQuery) -> int:
    runs = _filtered(runs_visible(user=user), query)
    if query.status:
        runs = runs.filter(status=query.status)
    return runs.order_by()[:MANY].count()


def _filtered(runs: QuerySet[QuickTest], query: RunQuery) -> QuerySet[QuickTest]:
    if query.model:
        runs = runs.filter(model_type=query.model)
    if query.split:
        runs = runs.filter(split=query.split)
    if query.days:
        since = timezone.now() - timedelta(days=query.days)
        runs = runs.filter(started_at__gte=since)
    return runs_matching(runs, query.search)


def _pages(matching: int, query: RunQuery) -> int:
    return max(1, -(-matching // query.page_size))


def _order(ordering: str) -> tuple[OrderBy | str, ...]:
    name, sign = ordering.removeprefix("-"), "-" * ordering.startswith("-")
    if COLUMNS.get(name) in _NEVER_NULL:
        # Without a word about NULLs, so that PostgreSQL finds its plain indexes.
        first: OrderBy | str = f"{sign}{COLUMNS[name]}"
    else:
        value = _sorted_value(name)
        first = value.desc(nulls_last=True) if sign else value.asc(nulls_last=True)
    return (first,) if name == "number" else (first, "-number")


def _sorted_value(name: str) -> F | KeyTransform:
    if name in COLUMNS:
        return F(COLUMNS[name])
    if name.startswith("finals."):
        return KeyTransform(name.removeprefix("finals."), "final_metrics")
    if name.startswith(("test_", "final_")):
        return KeyTransform(name, "final_metrics")
    return KeyTransform(name.removeprefix("params."), "params")
