"""Reading the archive back, in the shape that sources have."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.db import connection

from ml_platform.mlflow_exit.errors import RunNotArchived
from ml_platform.mlflow_exit.models import ArchivedPoint, ArchivedRun
from ml_platform.mlflow_exit.runs import HeldRun, Point
from ml_platform.mlflow_exit.texts import text_read

_POINTS = (
    "SELECT key, step, value_bits, timestamp_ms, is_nan "
    f"FROM {ArchivedPoint._meta.db_table} WHERE run_id = %s"
)


def run_archived(*, run_id: str) -> ArchivedRun:
    """Returns the record of a run's import.

    Raises:
        RunNotArchived: The archive holds no such run.
    """
    record = ArchivedRun.objects.filter(run_id=run_id).first()
    if record is None:
        raise RunNotArchived(run_id)
    return record


def run_held(record: ArchivedRun) -> HeldRun:
    """Returns everything that the archive's rows hold of a run."""
    return HeldRun(
        record.run_id,
        {name: _read(value) for name, value in record.columns.items()},
        _points(record),
        [
            (text_read(k), _read(v))
            for k, v in record.params.values_list("key", "value")
        ],
        [(text_read(k), _read(v)) for k, v in record.tags.values_list("key", "value")],
    )


def _points(record: ArchivedRun) -> list[Point]:
    """Reads by plain SQL: Django's conversion of rows took most of the reading."""
    read = cache(text_read)
    with connection.cursor() as cursor:
        cursor.execute(_POINTS, [record.pk])
        rows = cursor.fetchall()
    return [
        Point(read(key), step, bits, timestamp_ms, bool(is_nan))
        for key, step, bits, timestamp_ms, is_nan in rows
    ]


def point_lines(*, run_id: str) -> Iterator[str]:
    """Yields a JSON list a point: key, step, value, time in ms, whether NaN.

    Sorted by key (code point by code point), step, time, NaN flag and value.

    Raises:
        RunNotArchived: The archive holds no such run.
    """
    held = run_held(run_archived(run_id=run_id))
    for point in sorted(held.points, key=_order):
        value = "nan" if point.is_nan else repr(point.value)
        yield json.dumps(
            [point.key, point.step, value, point.timestamp_ms, point.is_nan]
        )


def _order(point: Point) -> tuple[str, int, int, bool, float, int]:
    # The bits last: −0.0 and 0.0 are equal as floats.
    return (*point[:2], point.timestamp_ms, point.is_nan, point.value, point.bits)


def _read(value: Any) -> Any:
    return text_read(value) if isinstance(value, str) else value
