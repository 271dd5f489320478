"""The whole pipeline on the lines of a BigQuery query, under KFP's local runner."""

import json
import random
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet
import pytest

from tests.support.gcs import BUCKET, serve_gcs
from tests.support.google.bigquery import Warehouse
from tests.support.google.server import serve_google
from tests.support.recorder import recording
from tests.support.service_account import write_key
from tests.support.workplace import Workplace

QUERY = "bigquery:SELECT customer, sku, sold_at FROM `shop.orders`; -- every one"
COLUMNS = json.dumps({"buyer": "customer", "product": "sku", "time": "sold_at"})


def orders(lines=3000):
    """Some lines with ids as numbers, a minute between two."""
    chance = random.Random(1)
    start = datetime(2024, 1, 1, tzinfo=UTC)
    return pa.table(
        {
            "customer": [chance.randrange(60) for _ in range(lines)],
            "sku": [f"P{chance.randrange(100)}" for _ in range(lines)],
            "sold_at": [start + timedelta(minutes=number) for number in range(lines)],
        }
    )


@pytest.fixture
def warehouse(tmp_path):
    """A BigQuery with `shop.orders` and a bucket beside it."""
    with serve_gcs() as gcs:
        made = Warehouse("shop", gcs=gcs)
        made.tables["shop.orders"] = tmp_path / "orders.parquet"
        pyarrow.parquet.write_table(orders(), tmp_path / "orders.parquet")
        yield made


@pytest.fixture
def workplace(tmp_path, warehouse):
    """A home whose Google is all on loopback."""
    token = {"access_token": "token", "expires_in": 3600}
    with (
        serve_google(warehouse) as google,
        recording(lambda _: (200, token)) as accounts,
    ):
        write_key(tmp_path / "key.json", f"{accounts.url}/token")
        made = Workplace(
            tmp_path / "home",
            variables={
                "STORAGE_EMULATOR_HOST": warehouse.gcs.url,
                "BIGQUERY_EMULATOR_HOST": f"{google.url}/bigquery",
                "GOOGLE_APPLICATION_CREDENTIALS": str(tmp_path / "key.json"),
            },
        )
        yield made
        made.close()


def test_a_run_on_a_query_s_lines(workplace, warehouse):
    beam = json.dumps([f"--temp_location=gs://{BUCKET}/tmp"])
    ended = workplace.run(
        *["run", "--no-serve", "--epochs", "1", "--batch-size", "256"],
        *["--input", QUERY, "--columns", COLUMNS, "--beam-pipeline-args", beam],
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    document = workplace.document()
    (job,) = warehouse.jobs
    data = document["run"]["data"]
    assert (data["source"], data["rows_kept"]) == ("BigQuery shop.shop.orders", 3000)
    assert (data["query"]["job"], data["query"]["text"]) == (
        job,
        QUERY.removeprefix("bigquery:"),
    )
    assert warehouse.gcs.list("") == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--input", QUERY], "pipeline_root is in none; give a gs:// output"),
        (["--input", "bigquery:SELECT skus FROM `shop.orders`"], "mend the query"),
    ],
)
def test_what_cannot_work_is_refused_before_a_run_is_made(workplace, arguments, said):
    beam = json.dumps([f"--temp_location=gs://{BUCKET}/tmp"])
    further = [] if "none" in said else ["--beam-pipeline-args", beam]
    ended = workplace.run("run", "--no-serve", *arguments, *further)
    assert ended.returncode == 2
    assert ended.stderr.startswith("trackless: --input bigquery: ")
    assert said in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert not (workplace.home / "quick_tests").exists()
