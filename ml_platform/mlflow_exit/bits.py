"""A float64 and its 64 bits as an integer, which every database keeps exactly.

PostgreSQL tells −0.0 from 0.0 and SQLite does not; neither keeps a NaN's payload. An
integer column has none of these habits.
"""

import struct

import numpy as np
from numpy.typing import NDArray

INFINITY_IN_MLFLOW = 1.7976931348623157e308
"""What MLflow stores, with its sign, in place of an infinity.

Source: https://github.com/mlflow/mlflow, `mlflow/store/tracking/sqlalchemy_store.py`.
"""


def bits_of(value: float) -> int:
    """Returns the float64's bits as a signed 64-bit integer.

    >>> bits_of(0.0), bits_of(-0.0)
    (0, -9223372036854775808)
    """
    return int(struct.unpack("<q", struct.pack("<d", value))[0])


def value_of(bits: int) -> float:
    """Returns the float64 that has these bits."""
    return float(struct.unpack("<d", struct.pack("<q", bits))[0])


def were_infinite(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Says of each value whether it stands where MLflow was given an infinity."""
    return np.abs(values) >= INFINITY_IN_MLFLOW
