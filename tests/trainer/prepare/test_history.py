"""Past purchases: strictly earlier, latest first, distinct, bounded."""

import itertools

import numpy as np
import pyarrow as pa

from trainer.prepare.history import latest_products, past_products


def _histories(
    buyers: list[int], at: list[int], products: list[int]
) -> list[list[int]]:
    offsets, flat = past_products(
        np.array(buyers), np.array(at), np.array(products), length=3
    )
    return [flat[a:b].tolist() for a, b in itertools.pairwise(offsets)]


def test_a_line_sees_what_was_bought_before_latest_first() -> None:
    assert _histories([0, 0, 0], [1, 2, 3], [7, 8, 9]) == [[], [7], [8, 7]]


def test_lines_of_one_invoice_do_not_see_each_other() -> None:
    assert _histories([0, 0, 0], [1, 1, 2], [7, 8, 9]) == [[], [], [8, 7]]


def test_buyers_do_not_see_each_other() -> None:
    assert _histories([0, 1, 1], [1, 2, 3], [7, 8, 9]) == [[], [], [8]]


def test_a_product_bought_again_moves_to_the_front_and_length_is_kept() -> None:
    found = _histories([0] * 6, [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 2, 9])

    assert found[-1] == [2, 4, 3]


def test_no_lines_have_no_histories() -> None:
    offsets, flat = past_products(*(np.zeros(0, np.int64),) * 3, length=3)

    assert (offsets.tolist(), flat.tolist()) == ([0], [])


def test_latest_products_of_each_buyer() -> None:
    lines = pa.table(
        {"buyer": ["b", "a", "a", "a"], "at": [1, 1, 2, 3], "product": list("xxyx")}
    )

    assert latest_products(lines, 2).to_pylist() == [
        {"buyer": "a", "history": ["x", "y"]},
        {"buyer": "b", "history": ["x"]},
    ]
