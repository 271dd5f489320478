"""Uniform lines, and a count for every line that is dropped."""

from datetime import datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from trainer.prepare.cleaning import clean
from trainer.prepare.columns import UCI, Layout


def _uci(**changes: list[object]) -> pa.Table:
    good: dict[str, list[object]] = {
        "InvoiceNo": ["536365"],
        "StockCode": ["85123a"],
        "Description": [" WHITE HEART "],
        "Quantity": [6.0],
        "InvoiceDate": [datetime(2010, 12, 1, 8, 26)],
        "UnitPrice": [2.55],
        "CustomerID": [17850.0],
        "Country": ["France"],
    }
    return pa.table({**good, **changes})


def test_a_good_line_becomes_uniform() -> None:
    lines, dropped = clean(_uci(), UCI)

    assert lines.to_pylist() == [
        {
            "product": "85123A",
            "description": "WHITE HEART",
            "quantity": 6.0,
            "at": 1291191960,  # 2010-12-01 08:26 UTC
            "price": 2.55,
            "buyer": "17850",
            "country": "France",
        }
    ]
    assert not any(dropped.values())


def test_every_reason_is_counted_once_under_the_first_that_fits() -> None:
    tables = [
        _uci(InvoiceNo=["C536379"], Quantity=[-1.0]),
        _uci(CustomerID=pa.array([None], pa.float64())),
        _uci(StockCode=["POST"]),
        _uci(Quantity=[0.0]),
        _uci(UnitPrice=[0.0]),
        _uci(InvoiceDate=pa.array([None], pa.timestamp("us"))),
        _uci(StockCode=pa.array([None], pa.string())),
        _uci(),
    ]

    lines, dropped = clean(pa.concat_tables(tables), UCI)

    assert len(lines) == 1
    assert dropped == {
        "cancellation": 1,
        "missing_buyer": 1,
        "missing_product": 1,
        "not_goods": 1,
        "non_positive_quantity": 1,
        "non_positive_price": 1,
        "unreadable_time": 1,
    }


def test_text_columns_of_a_csv_mean_the_same() -> None:
    layout = Layout(
        {"buyer": "b", "product": "p", "time": "t", "price": "c"},
        time_format="%Y-%m-%d %H:%M:%S",
    )
    table = pa.table(
        {
            "b": ["17850.0", " 7 ", "x"],
            "p": ["a", "b", "c"],
            "t": ["2010-12-01 08:26:00", "2010-12-01 08:26:00.5Z", "soon"],
            "c": ["2.5", "two", "3"],
        }
    )

    lines, dropped = clean(table, layout)

    assert lines.column("buyer").to_pylist() == ["17850"]
    assert (dropped["non_positive_price"], dropped["unreadable_time"]) == (1, 1)


@pytest.mark.parametrize("kind", [pa.decimal128(38, 9), pa.decimal256(76, 38)])
def test_decimals_are_ids_without_trailing_zeros(kind: pa.DataType) -> None:
    values = [Decimal("17850"), None, Decimal("100"), Decimal("0"), Decimal("1.50")]
    layout = Layout({"buyer": "b", "product": "p", "time": "t"})
    table = pa.table(
        {
            "b": pa.array(values, kind),
            "p": pa.array([Decimal(20)] * 5, pa.decimal128(5, 0)),
            "t": pa.array([0] * 5, pa.timestamp("us", tz="UTC")),
        }
    )

    lines, dropped = clean(table, layout)

    assert lines.column("buyer").to_pylist() == ["17850", "100", "0", "1.5"]
    assert set(lines.column("product").to_pylist()) == {"20"}
    assert dropped["missing_buyer"] == 1
