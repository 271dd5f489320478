"""From the points of a key to one value an epoch.

MLflow takes any number of points on a step and any step of 64 bits; a document takes
one value an epoch and epochs from 0 to 2^53 − 1. What does not fit stays in the archive
and is counted.
"""

import math
from collections.abc import Iterable
from typing import NamedTuple

from ml_platform.mlflow_exit.bits import INFINITY_IN_MLFLOW, bits_of
from ml_platform.mlflow_exit.runs import Point
from training_metrics.document import EPOCH_LIMIT

# Asked of every point, so by the bits: those of a larger number are larger.
_ALL_BUT_SIGN = 2**63 - 1
_LARGEST, _INFINITY = bits_of(INFINITY_IN_MLFLOW), bits_of(math.inf)


class Steps(NamedTuple):
    """A key's points, ordered for the document.

    Attributes:
        chosen: the point that stands for each epoch.
        repeated: points that another one of the same step stands for.
        outside: points whose step no epoch can be.
    """

    chosen: dict[int, Point]
    repeated: int
    outside: int


def by_step(points: Iterable[Point]) -> Steps:
    """Chooses for every step the point that MLflow would call the latest."""
    chosen: dict[int, Point] = {}
    repeated = outside = 0
    for point in points:
        if not 0 <= point.step <= EPOCH_LIMIT:
            outside += 1
            continue
        other = chosen.get(point.step)
        repeated += other is not None
        if other is None or lateness(point) > lateness(other):
            chosen[point.step] = point
    return Steps(chosen, repeated, outside)


def lateness(point: Point) -> tuple[int, int, bool, float, int]:
    """Orders points as MLflow does: step, time, value; a NaN before every number.

    Source: https://github.com/mlflow/mlflow,
    `mlflow/store/tracking/sqlalchemy_store.py`, `_update_latest_metrics_if_necessary`.
    """
    return (
        point.step,
        point.timestamp_ms,
        not point.is_nan,
        point.value,
        point.bits,
    )


def kind_of(point: Point) -> str | None:
    """Returns `nan`, `+inf` or `-inf` for a point that is no number, else None."""
    magnitude = point.bits & _ALL_BUT_SIGN
    if magnitude < _LARGEST and not point.is_nan:
        return None
    if magnitude > _INFINITY or point.is_nan:
        return "nan"
    return "-inf" if point.bits < 0 else "+inf"
