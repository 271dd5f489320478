"""Reads a split's examples into integer arrays and serves them in batches.

A split is held in memory as integers (about 4 bytes for each number: with 50
past products 230 bytes a line), so each epoch is a full shuffle and no text is
touched in a training step. `n` is the number of examples, `H` of past products.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from trainer import features, labels
from trainer.encodings import lookup_table
from trainer.errors import DataError
from trainer.vocabularies import Vocabularies

READ_BATCH = 8192
SECONDS_A_DAY = 86_400

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Split:
    """One split's examples.

    Attributes:
      name: `train`, `eval` or `test`.
      arrays: Name to [n, …]: `buyer`, `product` (int32 indices, 0 unknown), `at`
        (int64 seconds), the text features (int32), `history` ([n, H] int32), and
        `label` (float32, transformed) where one was asked for.
    """

    name: str
    arrays: Arrays

    def __len__(self) -> int:
        return len(self.arrays[features.PRODUCT])

    def take(self, rows: np.ndarray) -> "Split":
        """The examples at [m] positions."""
        return Split(self.name, {k: v[rows] for k, v in self.arrays.items()})

    def first(self) -> dict[str, tf.Tensor]:
        """The first example, as a batch of one."""
        return {name: tf.constant(array[:1]) for name, array in self.arrays.items()}

    def weighted(self, half_life_days: float | None) -> "Split":
        """The examples with a `weight` of mean one that halves with age.

        Args:
          half_life_days: Age difference of half the weight; None weighs all alike.
        """
        at = self.arrays[features.AT]
        weight = np.ones(len(self))
        if half_life_days is not None:
            age_days = (at.max() - at) / SECONDS_A_DAY
            weight = 0.5 ** (age_days / half_life_days)
        weight = (weight / weight.mean()).astype(np.float32)
        return Split(self.name, {**self.arrays, features.WEIGHT: weight})

    def with_known_product(self) -> "Split":
        """The examples whose product train knows."""
        return self.take(np.flatnonzero(self.arrays[features.PRODUCT]))

    def sample(self, size: int, seed: int) -> "Split":
        """At most `size` examples, drawn without repetition, the same each time."""
        if size >= len(self):
            return self
        rows = np.random.default_rng(seed).choice(len(self), size, replace=False)
        return self.take(np.sort(rows))

    def batches(self, size: int) -> Iterator[Arrays]:
        """The examples in order, the last batch as short as it is."""
        for begin in range(0, len(self), size):
            yield {k: v[begin : begin + size] for k, v in self.arrays.items()}


def read(
    patterns: Sequence[str],
    name: str,
    vocabularies: Vocabularies,
    history_length: int,
    label: str | None = None,
) -> Split:
    """Reads all examples of a split.

    Args:
      patterns: File patterns, as TFX hands them to run_fn.
      name: The split's name, for messages.
      vocabularies: Of the train split.
      history_length: `H`.
      label: The number to predict, see `trainer.labels`.

    Raises:
      DataError: There are no files, no examples, they cannot be read, or one of
        them has no label.
    """
    files = sorted(file for pattern in patterns for file in tf.io.gfile.glob(pattern))
    if not files:
        raise DataError(
            f"{', '.join(patterns)}: no files of the {name} split; run "
            "`python -m trainer prepare` first."
        )
    parse = _Parser(vocabularies, history_length, label)
    records = tf.data.TFRecordDataset(files, compression_type="GZIP")
    batches = records.batch(READ_BATCH).map(parse, num_parallel_calls=2)
    try:
        parts = list(batches.as_numpy_iterator())
    except tf.errors.OpError as error:
        raise DataError(
            f"{patterns[0]}: examples of the {name} split cannot be read "
            f"({error.message.splitlines()[0]}); prepare them again."
        ) from error
    if not parts:
        raise DataError(f"{patterns[0]}: the {name} split has no examples.")
    arrays = {k: np.concatenate([part[k] for part in parts]) for k in parts[0]}
    if label is not None:
        missing = int(np.isnan(arrays[features.LABEL]).sum())
        if missing:
            raise DataError(
                f"{patterns[0]}: {missing:,} of {len(arrays[features.LABEL]):,} "
                f"examples of the {name} split have no {label}; name its column when "
                "preparing, or choose another label."
            )
        arrays[features.LABEL] = labels.transformed(label, arrays[features.LABEL])
    return Split(name, arrays)


def epochs(
    split: Split, batch_size: int, seed: int, first_epoch: int
) -> tf.data.Dataset:
    """Endless epochs of shuffled batches, each a fresh order of all examples.

    The order of an epoch depends on the seed and the epoch's number alone, so a
    resumed run sees the batches that an uninterrupted one would have seen.

    Args:
      split: The examples.
      batch_size: Of each batch; the last of an epoch may be smaller.
      seed: Of the orders.
      first_epoch: Number of the first epoch served, from 0.
    """
    columns = {name: tf.constant(array) for name, array in split.arrays.items()}
    steps = steps_an_epoch(split, batch_size)

    def one_epoch(epoch: tf.Tensor) -> tf.data.Dataset:
        order = tf.random.experimental.stateless_shuffle(
            tf.range(len(split)), seed=tf.stack([tf.cast(seed, tf.int64), epoch])
        )
        return tf.data.Dataset.range(steps).map(
            lambda step: _gather(columns, order, step * batch_size, batch_size)
        )

    counter = tf.data.Dataset.counter(start=first_epoch)
    return counter.flat_map(one_epoch).prefetch(2)


def fixed(split: Split, batch_size: int, seed: int) -> tf.data.Dataset:
    """One pass in one seeded order, for losses whose negatives are the batch."""
    steps = steps_an_epoch(split, batch_size)
    return epochs(split, batch_size, seed, 0).take(steps)


def steps_an_epoch(split: Split, batch_size: int) -> int:
    """Batches of an epoch, the short last one counted."""
    return -(-len(split) // batch_size)


def _gather(
    columns: dict[str, tf.Tensor], order: tf.Tensor, begin: tf.Tensor, size: int
) -> dict[str, tf.Tensor]:
    rows = order[begin : begin + size]
    return {name: tf.gather(column, rows) for name, column in columns.items()}


class _Parser:
    """Parses serialised examples and turns text into indices."""

    def __init__(
        self, vocabularies: Vocabularies, history_length: int, label: str | None
    ) -> None:
        self._label = label
        self._history_length = history_length
        self._products = lookup_table(vocabularies.product_names)
        self._rows = {features.BUYER: lookup_table(vocabularies.buyer_names).lookup}
        for name in features.BUYER_TEXT:
            if encoding := vocabularies.buyer_encoding(name):
                self._rows[name] = encoding.lookup()

    def __call__(self, serialised: tf.Tensor) -> dict[str, tf.Tensor]:
        names = [*self._rows, features.PRODUCT]
        spec = {name: tf.io.FixedLenFeature([], tf.string) for name in names}
        spec[features.AT] = tf.io.FixedLenFeature([], tf.int64)
        spec[features.HISTORY] = tf.io.VarLenFeature(tf.string)
        if self._label is not None:
            spec[self._label] = tf.io.FixedLenFeature([], tf.float32, math.nan)
        example = tf.io.parse_example(serialised, spec)
        made = {name: rows(example[name]) for name, rows in self._rows.items()}
        made[features.PRODUCT] = self._products.lookup(example[features.PRODUCT])
        made[features.AT] = example[features.AT]
        made[features.HISTORY] = self._history(example[features.HISTORY])
        if self._label is not None:
            made[features.LABEL] = example[self._label]
        return made

    def _history(self, history: tf.SparseTensor) -> tf.Tensor:
        codes = tf.SparseTensor(
            history.indices, self._products.lookup(history.values), history.dense_shape
        )
        dense = tf.sparse.to_dense(codes)[:, : self._history_length]
        missing = self._history_length - tf.shape(dense)[1]
        return tf.pad(dense, [[0, 0], [0, missing]])
