"""Changing what the archive holds of a run's points, as its own format has it.

Altered bytes are found by the format's checksum (`test_codec.py`); these are the bytes
that the archive would have written of other points.
"""

from collections.abc import Callable

from ml_platform.mlflow_exit import codec
from ml_platform.mlflow_exit.models import ArchivedPoints
from ml_platform.mlflow_exit.points import Point, Points


def archived(run_id: str, key: str, step: int) -> Point:
    """The archive's one point of a key and step."""
    kept = ArchivedPoints.objects.get(run__run_id=run_id)
    (point,) = [
        point
        for point in codec.decode(bytes(kept.data))
        if (point.key, point.step) == (key, step)
    ]
    return point


def rewrite(run_id: str, change: Callable[[list[Point]], object]) -> None:
    """Has the archive hold what `change` makes of a run's list of points."""
    kept = ArchivedPoints.objects.get(run__run_id=run_id)
    points = list(codec.decode(bytes(kept.data)))
    change(points)
    kept.data = codec.encode(Points.of_rows(points))
    kept.save()


def replace(run_id: str, old: Point, new: Point) -> None:
    """Has the archive hold another point in the place of one."""
    rewrite(run_id, lambda points: points.__setitem__(points.index(old), new))
