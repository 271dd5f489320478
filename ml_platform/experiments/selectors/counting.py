"""Counts of runs that stay quick however many there are: they end at `COUNTED`."""

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

from ml_platform.experiments.models import QuickTest, RunStatus

COUNTED = 10_001
"""No count goes further; one that reaches it means "more than 10,000"."""


def counts_by_status(runs: QuerySet[QuickTest]) -> dict[str, int]:
    """Returns how many of the runs have each status, each at most `COUNTED`.

    One query where there are fewer runs than that, one more a status otherwise.
    """
    first = runs.order_by().values_list("status")[:COUNTED]
    try:
        sql, params = first.query.sql_with_params()
    except EmptyResultSet:  # a filter that hides all is never sent
        return {}
    with connections[runs.db].cursor() as cursor:
        cursor.execute(
            f"SELECT status, COUNT(*) FROM ({sql}) AS first GROUP BY status", params
        )
        counts: dict[str, int] = dict(cursor.fetchall())
    if sum(counts.values()) < COUNTED:
        return counts
    every = {
        status: runs.filter(status=status).order_by()[:COUNTED].count()
        for status in RunStatus.values
    }
    return {status: count for status, count in every.items() if count}
