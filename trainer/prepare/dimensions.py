"""The tables of buyers and products: one row each, from train lines only.

A row holds how many lines the buyer or product has and its latest attributes.
Partial tables of batches merge into the same result in any order.
"""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

BUYER_ATTRIBUTES = ("country", "segment")
PRODUCT_ATTRIBUTES = ("description", "category", "price")


def summarise(lines: pa.Table, key: str, attributes: Iterable[str]) -> pa.Table:
    """One row for each value of `key` among lines.

    Args:
      lines: With `key`, `at`, the attributes that the source has, and `count`
        when the lines are themselves summaries.
      key: `buyer` or `product`.
      attributes: Columns to keep the latest value of.

    Returns:
      Sorted by `key`: `key`, `at` (of the latest line), `count` and attributes.
    """
    names = [name for name in attributes if name in lines.column_names]
    if "count" not in lines.column_names:
        ones = np.ones(len(lines), np.int64)
        lines = lines.append_column("count", pa.array(ones))
    lines = lines.select([key, "at", "count", *names])
    if not len(lines):
        return lines
    # Attributes take part in the order so that a tie in time is always decided
    # alike, whatever the order in which batches arrive.
    order = [(name, "ascending") for name in (key, "at", *names)]
    lines = lines.sort_by(order).combine_chunks()
    codes = lines.column(key).combine_chunks().dictionary_encode().indices.to_numpy()
    last = np.flatnonzero(np.append(np.diff(codes) != 0, True))
    totals = np.cumsum(lines.column("count").to_numpy())[last]
    rows = lines.take(pa.array(last))
    counts = pa.array(np.diff(totals, prepend=0))
    return rows.set_column(rows.schema.get_field_index("count"), "count", counts)


def by_count(rows: pa.Table, key: str) -> pa.Table:
    """Rows by descending count, then by key: the order of the vocabulary."""
    return rows.sort_by([("count", "descending"), (key, "ascending")])
