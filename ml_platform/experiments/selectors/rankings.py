"""Many runs by one final metric: only those that were evaluated alike are put together.

What must agree is the split, the number of candidates and what counts as a hit; the
type of the model is chosen, too. All of it is read from columns, never from a history.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Count,
    F,
    FloatField,
    Max,
    Min,
    OrderBy,
    QuerySet,
    Window,
)
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Rank

from ml_platform.experiments.columns import FINAL_COLUMNS
from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.selectors.visible import User, runs_visible

LOOKED_AT = 200
"""Of how many of the newest runs the names of metrics and parameters are taken."""
MOST_POINTS = 500
MOST_ROWS = 20
PAGE_SIZE = 25


@dataclass(frozen=True)
class Measure:
    """A final metric by its name, and which way is better."""

    name: str
    higher_is_better: bool


@dataclass(frozen=True)
class Peers:
    """Runs of one model type under one evaluation protocol, and how many there are."""

    model: str
    split: str
    candidates: int | None
    k_counts: str
    count: int

    @property
    def key(self) -> str:
        """What an address calls the protocol."""
        return f"{self.split}~{self.candidates or ''}~{self.k_counts}"


@dataclass(frozen=True)
class Ranked:
    """A run, its value, and its rank from 1; equal values share a rank."""

    run: QuickTest
    value: float
    rank: int


@dataclass(frozen=True)
class Board:
    """One page of ranked runs; `count` of all the peers have a value."""

    rows: list[Ranked]
    count: int
    page: int
    best: float | None

    @property
    def page_count(self) -> int:
        """Number of pages, at least one."""
        return max(1, -(-self.count // PAGE_SIZE))


def peers_list(*, user: User) -> list[Peers]:
    """Returns every group of runs that may be ranked together, the largest first."""
    columns = ("model_type", "split", "candidate_count", "k_counts")
    runs = runs_visible(user=user).exclude(model_type="").order_by()
    found = [Peers(*row) for row in runs.values_list(*columns).annotate(Count("pk"))]
    return sorted(found, key=lambda peers: (-peers.count, peers.model, peers.key))


def names_known(*, user: User, peers: Peers) -> tuple[list[Any], list[Any]]:
    """Returns the final metrics and the params of the newest `LOOKED_AT` peers."""
    rows = _runs(user, peers).order_by("-number")[:LOOKED_AT]
    told = rows.values_list("final_metrics", "params")
    return [finals for finals, _ in told], [params for _, params in told]


def board_get(
    *, user: User, peers: Peers, measure: Measure, worst_first: bool, page: int
) -> Board:
    """Returns a page of the peers by the metric; those without a value are left out."""
    measured = _measured(user, peers, measure)
    top = Max("value") if measure.higher_is_better else Min("value")
    told = measured.aggregate(count=Count("pk"), best=top)
    count = told["count"]
    page = min(page, max(1, -(-count // PAGE_SIZE)))
    start = (page - 1) * PAGE_SIZE
    order = _order(measure, worst_first)
    rows = list(
        measured.annotate(rank=Window(Rank(), order_by=_order(measure, False)))
        .order_by(order, "-number")
        .values_list("pk", "value", "rank")[start : start + PAGE_SIZE]
    )
    found = _without_history(pk for pk, _, _ in rows)
    return Board(
        [Ranked(found[pk], value, rank) for pk, value, rank in rows],
        count,
        page,
        told["best"],
    )


def points_get(*, user: User, peers: Peers, measure: Measure) -> list[dict[str, Any]]:
    """Returns number, name, params and value of the newest `MOST_POINTS` peers."""
    rows = _measured(user, peers, measure).order_by("-number")[:MOST_POINTS]
    return list(rows.values("pk", "number", "name", "params", "value"))


def best_runs(*, user: User, peers: Peers) -> list[QuickTest]:
    """Returns the `MOST_ROWS` peers of the lowest validation loss, the best first."""
    rows = _runs(user, peers).filter(best_val_loss__isnull=False)
    pks = rows.order_by("best_val_loss", "-number").values_list("pk", flat=True)
    found = _without_history(chosen := list(pks[:MOST_ROWS]))
    return [found[pk] for pk in chosen]


def _runs(user: User, peers: Peers) -> QuerySet[QuickTest]:
    return runs_visible(user=user).filter(
        model_type=peers.model,
        split=peers.split,
        candidate_count=peers.candidates,
        k_counts=peers.k_counts,
    )


def _measured(user: User, peers: Peers, measure: Measure) -> QuerySet[QuickTest]:
    rows = _runs(user, peers).annotate(value=_value(measure.name))
    return rows.filter(value__isnull=False)


def _value(name: str) -> Combinable:
    if name in ("best_val_loss", *FINAL_COLUMNS):
        return F(name)
    # A transform, never a lookup's keyword: the name is what a document says.
    return Cast(KeyTextTransform(name, "final_metrics"), FloatField())


def _order(measure: Measure, worst_first: bool) -> OrderBy:
    falling = measure.higher_is_better != worst_first
    return F("value").desc() if falling else F("value").asc()


def _without_history(pks: Any) -> dict[int, QuickTest]:
    return QuickTest.objects.defer("training_history_json").in_bulk(list(pks))
