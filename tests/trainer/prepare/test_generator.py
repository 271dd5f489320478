"""Generated transactions: the same for a seed, and like real ones."""

import numpy as np
import pyarrow.compute as pc

from trainer.prepare.generator import generate


def test_a_seed_gives_the_same_lines() -> None:
    first, again, other = (generate(seed, 2000, 50, 100) for seed in (3, 3, 4))

    assert first.equals(again)
    assert not first.equals(other)


def test_sizes_and_order_are_as_asked() -> None:
    lines = generate(1, 2000, 50, 100)

    times = lines.column("time").to_numpy()
    assert len(lines) == 2000
    assert (np.diff(times.astype("int64")) >= 0).all()
    assert pc.count_distinct(lines.column("buyer")).as_py() <= 50


def test_some_products_appear_only_late() -> None:
    lines = generate(1, 20_000, 200, 400)

    half = lines.num_rows * 8 // 10
    early = set(lines.column("product")[:half].to_pylist())
    late = set(lines.column("product")[half:].to_pylist())
    assert late - early
