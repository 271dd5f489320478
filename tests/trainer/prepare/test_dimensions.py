"""Tables of buyers and products: latest attributes, counts, any order."""

import numpy as np
import pyarrow as pa

from trainer.prepare import dimensions


def test_the_latest_attributes_and_all_lines_are_kept() -> None:
    lines = pa.table(
        {
            "product": ["b", "a", "a"],
            "at": [5, 9, 1],
            "price": [1.0, 3.0, 2.0],
        }
    )

    rows = dimensions.summarise(lines, "product", ("description", "price"))

    assert rows.to_pylist() == [
        {"product": "a", "at": 9, "count": 2, "price": 3.0},
        {"product": "b", "at": 5, "count": 1, "price": 1.0},
    ]


def test_summaries_of_parts_merge_into_the_summary_of_the_whole() -> None:
    rng = np.random.default_rng(2)
    lines = pa.table(
        {
            "product": rng.integers(0, 9, 200).astype(str),
            "at": rng.integers(0, 5, 200),
            "price": rng.integers(1, 4, 200).astype(float),
        }
    )
    parts = [
        dimensions.summarise(lines.slice(begin, 50), "product", ("price",))
        for begin in (150, 0, 100, 50)
    ]

    merged = dimensions.summarise(pa.concat_tables(parts), "product", ("price",))

    assert merged.equals(dimensions.summarise(lines, "product", ("price",)))
