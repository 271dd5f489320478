"""From the points of each key to one value an epoch.

MLflow takes any number of points on a step and any step of 64 bits; a document takes
one value an epoch and epochs from 0 to 2^53 − 1. What does not fit stays in the archive
and is counted.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml_platform.mlflow_exit.bits import were_infinite
from ml_platform.mlflow_exit.points import Points
from training_metrics.document import EPOCH_LIMIT
from training_metrics.floats import as_read

Numbers = list[float | None]

_KINDS = ("", "nan", "+inf", "-inf")


class Steps(NamedTuple):
    """A key's points, ordered for the document.

    Attributes:
        epochs: [E], in order.
        exact: [E], the number of the latest point; NaN where that is no number.
        read: [E], the same as the document's readers get it, with float32's digits;
            None where it is no number.
        kinds: [E], `nan`, `+inf` or `-inf`; empty for a number.
        last: the number of the latest of all points, whatever its step.
        last_kind: its kind.
        point_count: of the key, whatever their steps.
        repeated: points that another one of the same step stands for.
        outside: points whose step no epoch can be.
    """

    epochs: list[int]
    exact: NDArray[np.float64]
    read: Numbers
    kinds: list[str]
    last: float | None
    last_kind: str
    point_count: int
    repeated: int
    outside: int


def steps_by_key(points: Points) -> Iterator[tuple[str, Steps]]:
    """Chooses for every key and step the point that MLflow would call the latest.

    All keys at once, since NumPy takes longer to be called than to do any one key.
    """
    key, steps, key_count = points.key_numbers, points.steps, len(points.keys)
    is_latest = np.ones(len(points), bool)
    is_latest[:-1] = (key[1:] != key[:-1]) | (steps[1:] != steps[:-1])
    values, kinds = _told(points, None if is_latest.all() else _by_lateness(points))
    is_epoch = (steps >= 0) & (steps <= EPOCH_LIMIT)
    (chosen,) = np.nonzero(is_latest & is_epoch)
    epochs, told = steps[chosen].tolist(), _named(kinds[chosen])
    exact = values[chosen]
    read = _numbers(as_read(exact))
    ends = np.cumsum(points.counts) - 1
    lasts = zip(_numbers(values[ends]), _named(kinds[ends]), strict=True)
    counts = (
        points.counts,
        np.bincount(key[chosen], minlength=key_count),
        np.bincount(key[~is_epoch], minlength=key_count),
    )
    start = 0
    for name, (last, kind), point_count, epoch_count, outside in zip(
        points.keys, lasts, *(count.tolist() for count in counts), strict=True
    ):
        own = slice(start, start + epoch_count)
        start += epoch_count
        yield (
            name,
            Steps(
                *(epochs[own], exact[own], read[own], told[own]),
                *(last, kind, point_count),
                repeated=point_count - epoch_count - outside,
                outside=outside,
            ),
        )


def _by_lateness(points: Points) -> NDArray[Any]:
    """Orders points as MLflow does: step, time, value; a NaN before every number.

    They change places within their key and step only.

    Source: https://github.com/mlflow/mlflow,
    `mlflow/store/tracking/sqlalchemy_store.py`, `_update_latest_metrics_if_necessary`.
    """
    columns = (points.bits, points.values, ~points.is_nan, points.timestamps_ms)
    return np.lexsort((*columns, points.steps, points.key_numbers))


def _told(
    points: Points, order: NDArray[Any] | None
) -> tuple[NDArray[np.float64], NDArray[Any]]:
    """Returns what a document tells of the points, in an order if one is given.

    Returns:
        The values, NaN for each that is no number, and places in `_KINDS`, [N] both.
    """
    values = points.values
    kinds = np.where(were_infinite(values), np.where(values < 0, 3, 2), 0)
    kinds[points.is_nan | np.isnan(values)] = 1
    values = np.where(kinds, np.nan, values)
    return (values, kinds) if order is None else (values[order], kinds[order])


def _named(kinds: NDArray[Any]) -> list[str]:
    names = [_KINDS[0]] * len(kinds)
    for at in np.flatnonzero(kinds).tolist():
        names[at] = _KINDS[kinds[at]]
    return names


def _numbers(values: NDArray[np.float64]) -> Numbers:
    """A list of the values, None for each NaN."""
    numbers: Numbers = values.tolist()
    for at in np.flatnonzero(np.isnan(values)).tolist():
        numbers[at] = None
    return numbers
