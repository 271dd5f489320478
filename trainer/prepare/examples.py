"""Lines of whole buyers to serialised tf.train.Examples with purchase history."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from trainer import features
from trainer.prepare.history import past_products


def with_history(lines: pa.Table, length: int) -> pa.Table:
    """Adds each line's history to all lines of a set of buyers.

    Args:
      lines: With `buyer`, `at`, `product`; a buyer's lines are all here.
      length: How many products a history keeps at most.

    Returns:
      Lines sorted by buyer, time and product, with `history`, a list of products.
    """
    keys = [("buyer", "ascending"), ("at", "ascending"), ("product", "ascending")]
    lines = lines.sort_by(keys).combine_chunks()
    buyers = lines.column("buyer").combine_chunks().dictionary_encode()
    products = lines.column("product").combine_chunks().dictionary_encode()
    offsets, flat = past_products(
        buyers.indices.to_numpy(),
        lines.column("at").to_numpy(),
        products.indices.to_numpy(),
        length,
    )
    history = pa.ListArray.from_arrays(
        pa.array(offsets, pa.int32()), products.dictionary.take(pa.array(flat))
    )
    return lines.append_column(features.HISTORY, history)


def serialise(lines: pa.Table) -> list[bytes]:
    """One tf.train.Example a line: text as bytes, numbers as int64 or float."""
    # Loads a native extension, so it is imported where it is used.
    from tfx_bsl.coders.example_coder import RecordBatchToExamplesEncoder

    encoder = RecordBatchToExamplesEncoder()
    encoded: list[bytes] = []
    columns = {
        name: _as_list(lines.column(name).combine_chunks())
        for name in lines.column_names
    }
    for batch in pa.table(columns).to_batches(max_chunksize=50_000):
        encoded += encoder.encode(batch)
    return encoded


def shuffled(lines: pa.Table, seed: int) -> pa.Table:
    """The lines in an order that depends on the seed and their number alone."""
    order = np.random.default_rng(seed).permutation(len(lines))
    return lines.take(pa.array(order))


def split_tables(
    lines: pa.Table, names: tuple[str, ...]
) -> Iterator[tuple[str, pa.Table]]:
    """Each split's name and lines, which lose their `split` column."""
    split = lines.column("split").to_numpy()
    for index, name in enumerate(names):
        yield name, lines.filter(pa.array(split == index)).drop(["split"])


def _as_list(values: pa.Array) -> pa.Array:
    if pa.types.is_list(values.type):
        return values.cast(pa.list_(pa.binary()))
    if pa.types.is_string(values.type):
        values = values.cast(pa.binary())
    elif pa.types.is_floating(values.type):
        values = values.cast(pa.float32())
    return pa.ListArray.from_arrays(np.arange(len(values) + 1, dtype=np.int32), values)
