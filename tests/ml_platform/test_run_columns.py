"""Columns of the runs list: chosen, remembered, sorted by and exported."""

import csv
import io
import re
from collections.abc import Callable

from django.test import Client

from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.presenters.run_columns import (
    COLUMNS,
    USUAL,
    columns_chosen,
)
from tests.ml_platform.samples import sample_document

MakeRun = Callable[..., QuickTest]


def test_number_and_name_are_always_shown() -> None:
    assert [c.key for c in columns_chosen(["seed"])] == ["number", "name", "seed"]


def test_unknown_columns_fall_back_to_the_usual_set() -> None:
    assert tuple(c.key for c in columns_chosen(["no", "such"])) == USUAL
    assert len({c.key for c in COLUMNS}) == len(COLUMNS)


def test_the_choice_is_remembered(user_client: Client, sample_run: QuickTest) -> None:
    told = {"columns": ["seed", "test_loss"], "next": "/experiments/?page=1"}
    response = user_client.post("/experiments/columns/", told)
    shared = "/experiments/?page=1&columns=number%2Cname%2Cseed%2Ctest_loss"
    assert response.headers["Location"] == shared
    page = user_client.get("/experiments/").content.decode()
    assert ">4 of " in page
    assert "6.201" in page
    user_client.post("/experiments/columns/", {"usual": "1"})
    assert ">15 of " in user_client.get("/experiments/").content.decode()


def test_any_parameter_and_final_can_be_a_column_and_is_sorted_by(
    user_client: Client, make_run: MakeRun
) -> None:
    for depth, share in ((2, 0.5), (10, 0.25)):
        document = sample_document(3)
        document["params"]["tower, depth"] = depth
        document["final_metrics"]["coverage"] = share
        make_run(document, name=f"depth {depth}")
    told = {"columns": ["finals.coverage", "params.tower, depth", "status"]}
    shared = user_client.post("/experiments/columns/", told).headers["Location"]
    page = user_client.get(shared).content.decode()
    heads = re.findall(r'data-column="([^"]*)"', page)
    assert heads == ["number", "name", *told["columns"]]
    for ordering in ("params.tower, depth", "-finals.coverage"):
        page = user_client.get(shared, {"ordering": ordering}).content.decode()
        assert page.index("depth 2") < page.index("depth 10")
    rows = list(csv.DictReader(io.StringIO(exported(user_client, shared))))
    assert [row["params.tower, depth"] for row in rows] == ["10", "2"]


def exported(client: Client, address: str) -> str:
    query = address.partition("?")[2]
    return client.get(f"/experiments/runs.csv?{query}").content.decode()


def test_the_choice_leads_nowhere_else(user_client: Client, db: None) -> None:
    told = {"columns": ["seed"], "next": "https://evil.example/"}
    response = user_client.post("/experiments/columns/", told)
    assert response.headers["Location"].startswith("/experiments/?columns=")


def test_the_export_has_every_match_with_full_values(
    user_client: Client, make_run: MakeRun
) -> None:
    make_run(sample_document(10), name="=1+1")
    for number in range(30):
        make_run(name=f"other {number}")
    text = user_client.get("/experiments/runs.csv?search=1").content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) > 10
    assert rows[-1]["name"] == "'=1+1"
    assert rows[-1]["recall_10"] == "0.067"
    assert rows[0]["recall_10"] == ""
