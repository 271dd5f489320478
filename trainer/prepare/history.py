"""What a buyer had bought before each line: strictly earlier, latest first."""

import itertools

import numpy as np
import pyarrow as pa


def past_products(
    buyers: np.ndarray, at: np.ndarray, products: np.ndarray, length: int
) -> tuple[np.ndarray, np.ndarray]:
    """The latest distinct products of the same buyer before each line's second.

    Lines of one invoice share a second and so never see each other.

    Args:
      buyers: [n] codes; lines are sorted by buyer, then by time.
      at: [n] seconds.
      products: [n] codes.
      length: How many products a history keeps at most.

    Returns:
      offsets: [n + 1] where each line's history begins in `flat`.
      flat: Product codes of all histories, one after the other.
    """
    changed = (np.diff(buyers) != 0) | (np.diff(at) != 0)
    starts = np.concatenate([[0], np.flatnonzero(changed) + 1, [len(buyers)]])
    histories: list[np.ndarray] = []
    recent: dict[int, None] = {}
    for begin, end in itertools.pairwise(starts):
        if begin == 0 or buyers[begin] != buyers[begin - 1]:
            recent = {}
        latest_last = list(recent)[-length:]
        histories += [np.array(latest_last[::-1], np.int64)] * (end - begin)
        for product in products[begin:end].tolist():
            recent.pop(product, None)
            recent[product] = None
    lengths = np.array([len(history) for history in histories], np.int64)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    return offsets, np.concatenate([*histories, np.zeros(0, np.int64)])


def latest_products(lines: pa.Table, length: int) -> pa.Table:
    """Each buyer's latest distinct products over all of `lines`, latest first.

    Args:
      lines: With `buyer`, `at`, `product`.
      length: How many products to keep at most.

    Returns:
      One row for each buyer: `buyer`, `history`.
    """
    rows = lines.sort_by([("at", "descending"), ("product", "descending")])
    latest: dict[str, dict[str, None]] = {}
    for buyer, product in zip(
        rows.column("buyer").to_pylist(),
        rows.column("product").to_pylist(),
        strict=True,
    ):
        recent = latest.setdefault(buyer, {})
        if len(recent) < length:
            recent[product] = None
    names = sorted(latest)
    return pa.table(
        {
            "buyer": pa.array(names, pa.string()),
            "history": pa.array(
                [list(latest[name]) for name in names], pa.list_(pa.string())
            ),
        }
    )
