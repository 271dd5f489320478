"""Counts of runs that stay quick however many there are: they end somewhere.

Up to `MANY` runs every count is exact. Of more, only those up to the page that is
asked for and `AHEAD` beyond it are counted, and never more than `MANY`.
"""

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

from ml_platform.experiments.models import QuickTest

MANY, AHEAD = 10_000, 1_000


def total_of(runs: QuerySet[QuickTest]) -> int:
    """Returns how many runs there are; `MANY + 1` stands for any more."""
    return runs.order_by()[: MANY + 1].count()


def counts_by_status(
    runs: QuerySet[QuickTest], most: int | None = None
) -> dict[str, int]:
    """Returns how many of the runs have each status, of the newest `most` or of all."""
    chosen = runs.order_by("-number") if most else runs.order_by()
    try:
        sql, params = chosen.values_list("status")[:most].query.sql_with_params()
    except EmptyResultSet:  # a filter that hides all is never sent
        return {}
    with connections[runs.db].cursor() as cursor:
        cursor.execute(
            f"SELECT status, COUNT(*) FROM ({sql}) AS chosen GROUP BY status", params
        )
        return dict(cursor.fetchall())
