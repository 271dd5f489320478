"""What a rating head predicts: a number of each example, and its kind. No TensorFlow.

`quantity` is learnt as log(1 + quantity): a wholesaler's quantities spread over orders
of magnitude. `rating` is learnt as it is. A label without other values than 0 and 1 in
train is binary: the head learns a probability, judged by AUC.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

TRANSFORMS = {"quantity": "log1p", "rating": "none"}


@dataclass(frozen=True)
class Label:
    """A label as the train split knows it.

    Attributes:
      name: Of the example's feature.
      is_binary: Whether train has no other values than 0 and 1.
      mean: Of the transformed values in train.
    """

    name: str
    is_binary: bool
    mean: float

    def facts(self) -> dict[str, Any]:
        """For the document."""
        return {
            "name": self.name,
            "kind": "binary" if self.is_binary else "number",
            "transform": TRANSFORMS[self.name],
            "train_mean": self.mean,
        }


def of_train(name: str, values: np.ndarray) -> Label:
    """The label whose transformed values in train are [n] `values`."""
    is_binary = TRANSFORMS[name] == "none" and bool(np.isin(values, (0, 1)).all())
    return Label(name, is_binary, float(np.mean(values, dtype=np.float64)))


def transformed(name: str, values: np.ndarray) -> np.ndarray:
    """[n] float32 of what is learnt, for [n] numbers as they are in the examples."""
    if TRANSFORMS[name] == "log1p":
        values = np.log1p(np.maximum(values, 0.0))
    return values.astype(np.float32)
