"""Roles of columns: given, recognised, refused."""

import pytest

from trainer.errors import ColumnError
from trainer.prepare import columns


def test_online_retail_is_recognised_with_its_rules() -> None:
    layout = columns.choose({}, list(columns.UCI.columns.values()), "x.csv")

    assert layout.columns["buyer"] == "CustomerID"
    assert layout.cancellation_prefix == "C"


def test_the_second_edition_is_recognised() -> None:
    names = ["Invoice", "StockCode", "Description", "Quantity", "InvoiceDate"]
    names += ["Price", "Customer ID", "Country"]

    layout = columns.choose({}, names, "x.csv")

    assert layout.columns["buyer"] == "Customer ID"


def test_own_names_are_taken_as_they_are() -> None:
    layout = columns.choose({}, ["buyer", "product", "time", "price", "x"], "x.csv")

    assert set(layout.columns) == {"buyer", "product", "time", "price"}
    assert layout.goods_pattern == ""


def test_unknown_columns_are_refused_with_an_example() -> None:
    with pytest.raises(ColumnError, match=r"not recognised \(a, b\); say which"):
        columns.choose({}, ["a", "b"], "x.csv")


def test_every_mistake_of_a_mapping_is_reported() -> None:
    with pytest.raises(ColumnError) as refused:
        columns.choose(
            {"buyr": "a", "product": "xx", "time": "c"}, ["a", "b", "c"], "f"
        )

    assert refused.value.problems == (
        "columns: unknown role buyr; did you mean buyer?",
        "columns: the role buyer is required; add it with its column.",
        "f: no column 'xx' for product; known are a, b, c.",
    )
