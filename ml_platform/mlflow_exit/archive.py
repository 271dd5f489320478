"""Reading the archive back, in the shape that sources have."""

import json
from collections.abc import Iterator
from typing import Any

from ml_platform.mlflow_exit import codec
from ml_platform.mlflow_exit.errors import ArchiveUnreadable, RunNotArchived
from ml_platform.mlflow_exit.models import ArchivedPoints, ArchivedRun
from ml_platform.mlflow_exit.points import Points
from ml_platform.mlflow_exit.runs import HeldRun
from ml_platform.mlflow_exit.texts import text_read


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
    """Returns everything that the archive holds of a run.

    Raises:
        ArchiveUnreadable: Its points are not as they were written.
    """
    return HeldRun(
        record.run_id,
        {name: _read(value) for name, value in record.columns.items()},
        points_held(record),
        [
            (text_read(k), _read(v))
            for k, v in record.params.values_list("key", "value")
        ],
        [(text_read(k), _read(v)) for k, v in record.tags.values_list("key", "value")],
    )


def points_held(record: ArchivedRun) -> Points:
    """Returns a run's points.

    Raises:
        ArchiveUnreadable: They are not as they were written.
    """
    kept = ArchivedPoints.objects.filter(run=record).values_list("data", flat=True)
    data = kept.first()
    if data is None:
        raise ArchiveUnreadable(record.run_id, "they are gone")
    try:
        return codec.decode(bytes(data))
    except codec.NoPoints as error:
        raise ArchiveUnreadable(record.run_id, str(error)) from error


def point_lines(*, run_id: str) -> Iterator[str]:
    """Yields a JSON list a point: key, step, value, time in ms, whether NaN.

    Sorted by key (code point by code point), step, time, NaN flag and value.

    Raises:
        RunNotArchived: The archive holds no such run.
        ArchiveUnreadable: Its points are not as they were written.
    """
    for point in points_held(run_archived(run_id=run_id)):
        value = "nan" if point.is_nan else repr(point.value)
        yield json.dumps(
            [point.key, point.step, value, point.timestamp_ms, point.is_nan]
        )


def _read(value: Any) -> Any:
    return text_read(value) if isinstance(value, str) else value
