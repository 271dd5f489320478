"""What a dry run finds before anything is written or billed."""

import json
from pathlib import Path

import pytest

from tests.support.gcs import binary
from tests.support.google.bigquery import Warehouse, is_there
from tests.support.google.server import Google
from trainer import environment
from trainer.errors import ColumnError, DataError
from trainer.prepare import beam_options, query

pytestmark = pytest.mark.skipif(
    binary() is None or not is_there(),
    reason="no GCS emulator or no DuckDB: `make setup` brings them",
)

COLUMNS = "customer AS buyer, sku AS product, sold_at AS time"
SELECT = f"bigquery:SELECT {COLUMNS} FROM `shop.orders`"


def test_a_query_is_checked_and_nothing_runs(
    warehouse: Warehouse, google: Google
) -> None:
    found = query.look(SELECT, {}, "shop")

    assert (found.project, found.location, found.tables) == (
        "shop",
        "EU",
        ("shop.shop.orders",),
    )
    assert found.reads_bytes == warehouse.tables["shop.orders"].stat().st_size
    assert found.name == "BigQuery shop.shop.orders"
    assert google.calls == [("bigquery.jobs.insert", "shop")]
    assert warehouse.jobs == {}


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT {COLUMNS}\nFROM `shop.orders`;",
        f"-- ours; all\nSELECT {COLUMNS} FROM `shop.orders` -- and no more",
        f"WITH o AS (SELECT * FROM `shop.orders`) SELECT {COLUMNS} FROM o ; # end",
        f"SELECT {COLUMNS}, '{{}};' AS category FROM `shop.orders`",
    ],
)
def test_comments_lines_and_semicolons_are_the_query_s_own(
    warehouse: Warehouse, text: str
) -> None:
    text = text.replace("# end", "-- end")  # DuckDB has no comments with #.
    assert query.look(f"bigquery:\n{text}\n", {}, "shop").text == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no query; give --input 'bigquery:SELECT"),
        ("SELEC 1", 'syntax error at or near "SELEC"; mend the query'),
        ("SELECT customr FROM `shop.orders`", r'"customr" not found.*; mend the query'),
        ("SELECT 1 AS a FROM `shop.none`", "none does not exist!?; check the names of"),
        ("DELETE FROM `shop.orders` WHERE 1 = 1", "of type DELETE.*; give one SELECT"),
        ("SELECT 1 AS a; DROP TABLE x", "of type SCRIPT.*; give one SELECT"),
    ],
)
def test_a_wrong_query_is_one_line(warehouse: Warehouse, text: str, said: str) -> None:
    with pytest.raises(DataError, match=said) as refused:
        query.look(f"bigquery:{text}", {}, "shop")

    assert str(refused.value).startswith("--input bigquery: ")
    assert "\n" not in str(refused.value)
    assert warehouse.jobs == {}


def test_columns_are_the_query_s_aliases(warehouse: Warehouse) -> None:
    path = "bigquery:SELECT customer, sku, sold_at FROM `shop.orders`"
    mapping = {"buyer": "customer", "product": "sku", "time": "sold_at"}

    assert query.look(path, mapping, "shop")
    with pytest.raises(ColumnError, match=r"columns not recognised.*customer, sku"):
        query.look(path, {}, "shop")
    with pytest.raises(ColumnError, match="no column 'skus' for product; did you mean"):
        query.look(path, {**mapping, "product": "skus"}, "shop")


def test_types_that_fit_no_role_are_named_together(warehouse: Warehouse) -> None:
    text = "SELECT [customer] AS buyer, {'a': 1} AS product, price AS time"

    with pytest.raises(ColumnError) as refused:
        query.look(f"bigquery:{text} FROM `shop.orders`", {}, "shop")

    assert [line.partition("; ")[0] for line in refused.value.problems] == [
        "--input bigquery: the column 'buyer' for buyer is of type ARRAY of STRING",
        "--input bigquery: the column 'product' for product is of type RECORD",
        "--input bigquery: the column 'time' for time is of type FLOAT",
    ]


def test_missing_rights_are_told_with_the_roles(warehouse: Warehouse) -> None:
    warehouse.denied = "Access Denied: User does not have bigquery.jobs.create"

    with pytest.raises(DataError, match=r"jobs\.create; .* BigQuery Job User"):
        query.look(SELECT, {}, "shop")


def test_a_busy_service_is_asked_again(warehouse: Warehouse, google: Google) -> None:
    google.fail("jobs.insert", 503)
    google.fail("jobs.insert", "reset")

    assert query.look(SELECT, {}, "shop")
    assert len(google.calls) == 3


def test_who_pays(
    warehouse: Warehouse, google: Google, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beam's project, else the Vertex AI job's, else the credentials'."""
    named = beam_options.parse('["--project=beam-s"]')
    unnamed = beam_options.parse("")

    query.look(SELECT, {}, beam_options.project(unnamed))
    monkeypatch.setenv(environment.VERTEX_PROJECT, "123456")
    query.look(SELECT, {}, beam_options.project(unnamed))
    query.look(SELECT, {}, beam_options.project(named))

    assert [project for _, project in google.calls] == ["shop", "123456", "beam-s"]


def test_without_a_project_the_option_is_named(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = {"client_id": "i", "client_secret": "s", "refresh_token": "r"}
    (tmp_path / "user.json").write_text(json.dumps({"type": "authorized_user", **user}))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "user.json"))

    with pytest.raises(DataError, match="no project to pay is known; name it: --beam"):
        query.look(SELECT, {}, None)
