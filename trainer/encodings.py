"""Text as rows of an embedding table: a row for each value, or for each bin of a hash.

Row 0 is no value's: that of empty text, and of what a vocabulary does not have. What a
row stands for has a name, by which a later run finds it again (`trainer.warm_start`).
"""

from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf

Lookup = Callable[[tf.Tensor], tf.Tensor]
"""From [n] string to [n] int32 rows."""


class Vocabulary:
    """A row for each value that train has, 0 for every other text.

    Attributes:
      values: The one at i has row i + 1.
    """

    def __init__(self, values: Sequence[str]) -> None:
        self.values = list(values)

    def __len__(self) -> int:
        return len(self.values)

    def codes(self, texts: Sequence[str]) -> np.ndarray:
        """[n] int32 rows of n texts."""
        rows = {value: row for row, value in enumerate(self.values, start=1)}
        return np.array([rows.get(text, 0) for text in texts], np.int32)

    def lookup(self) -> Lookup:
        """The same for tensors."""
        lookup: Lookup = lookup_table(self.values).lookup
        return lookup


class HashBins:
    """A row for each bin of a hash, so that text which train does not have gets one.

    The hash is farmhash's Fingerprint64, which is the same on every machine.
    Source: https://www.tensorflow.org/api_docs/python/tf/strings/to_hash_bucket_fast
    """

    def __init__(self, bins: int) -> None:
        self._bins = bins

    def __len__(self) -> int:
        return self._bins

    @property
    def values(self) -> list[str]:
        """Names of the rows; no other number of bins has one of them."""
        return [f"bin {bin} of {self._bins}" for bin in range(self._bins)]

    def codes(self, texts: Sequence[str]) -> np.ndarray:
        """[n] int32 rows of n texts."""
        codes: np.ndarray = self._rows(tf.constant(texts, tf.string)).numpy()
        return codes

    def lookup(self) -> Lookup:
        """The same for tensors."""
        return self._rows

    def _rows(self, texts: tf.Tensor) -> tf.Tensor:
        rows = tf.strings.to_hash_bucket_fast(texts, self._bins) + 1
        return tf.cast(tf.where(texts == "", tf.zeros_like(rows), rows), tf.int32)


Encoding = Vocabulary | HashBins


def lookup_table(values: Sequence[str]) -> tf.lookup.StaticHashTable:
    """Value to row, from 1; anything else to 0."""
    rows = tf.range(1, len(values) + 1, dtype=tf.int32)
    initializer = tf.lookup.KeyValueTensorInitializer(tf.constant(values), rows)
    return tf.lookup.StaticHashTable(initializer, default_value=0)
