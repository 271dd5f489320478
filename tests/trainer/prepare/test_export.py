"""A query's lines prepared: as the same lines of a file are, and nothing is left."""

import json
import re
import signal
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from tests.support.gcs import BUCKET, Gcs, binary
from tests.support.google.bigquery import Warehouse, is_there
from tests.support.google.server import Google
from tests.trainer.prepare.decoded import features
from trainer.errors import DataError
from trainer.prepare import beam_options, export, options
from trainer.prepare.columns import POSITIVE_ROLES
from trainer.prepare.preparation import prepare

pytestmark = pytest.mark.skipif(
    binary() is None or not is_there(),
    reason="no GCS emulator or no DuckDB: `make setup` brings them",
)

FURTHER = ("description", "category", "segment")
NUMERIC = pa.decimal128(38, 9)
SMALL = options.parse('{"shards": 2}')
OUTPUT = f"gs://{BUCKET}/examples"
QUERY = """
-- every line; the columns that a shop has
SELECT customer AS buyer, sku AS product, sold_at AS time, quantity, price,
  description, category, segment
FROM `shop.orders`
WHERE price > 0;
"""


def command(*arguments: str, query: str = QUERY) -> subprocess.Popen[str]:
    """Starts `trainer prepare`; Google is what the environment says."""
    program = [sys.executable, "-m", "trainer", "prepare"]
    return subprocess.Popen(
        [*program, "--input", f"bigquery:{query}", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_query_gives_what_the_same_lines_give(
    warehouse: Warehouse, gcs: Gcs, tmp_path: Path
) -> None:
    process = command(
        "--output", f"/gcs/{BUCKET}/examples", "--options", '{"shards": 2}'
    )
    said, errors = process.communicate(timeout=120)

    assert process.returncode == 0, said + errors
    assert re.search(
        r"BigQuery shop\.shop\.orders: reads \d+\S* KB, billed to project shop", said
    )
    made = json.loads(gcs.stored("examples/dataset.json"))
    (job,) = warehouse.jobs.values()
    reads = warehouse.tables["shop.orders"].stat().st_size
    assert made.pop("source") == "BigQuery shop.shop.orders"
    assert made.pop("query") == {
        "text": QUERY.strip(),
        "tables": ["shop.shop.orders"],
        "project": "shop",
        "location": "EU",
        "job": job["jobReference"]["jobId"],
        "bytes_processed": reads,
        "bytes_billed": 10 << 20,
    }
    file = tmp_path / "orders.parquet"
    mapping = {"buyer": "customer", "product": "sku", "time": "sold_at"}
    mapping |= {name: name for name in (*POSITIVE_ROLES, *FURTHER)}
    alone = tmp_path / "alone"
    facts = prepare(str(file), mapping, str(alone), 1, SMALL)
    assert made == {name: value for name, value in facts.items() if name != "source"}
    names = [str(path.relative_to(alone)) for path in alone.rglob("*.*")]
    assert gcs.list("examples/") == sorted(f"examples/{name}" for name in names)
    for name in names:
        stored = tmp_path / "stored"
        stored.write_bytes(gcs.stored(f"examples/{name}"))
        if name.endswith(".gz"):
            assert features(stored) == features(alone / name), name
        elif name.endswith(".parquet"):
            assert stored.read_bytes() == (alone / name).read_bytes(), name


def test_a_local_output_takes_beam_s_temp_location(
    warehouse: Warehouse, gcs: Gcs, tmp_path: Path
) -> None:
    path = f"bigquery:{QUERY}"
    output = str(tmp_path / "out")
    with pytest.raises(DataError, match=r"out is in none; .*--temp_location=gs://"):
        prepare(path, {}, output, 1, SMALL)
    assert warehouse.jobs == {}

    beam = beam_options.parse(f'["--temp_location=gs://{BUCKET}/tmp/"]')
    facts = prepare(path, {}, output, 1, SMALL, beam)

    assert facts["rows_read"] == 4000
    assert any("/o/tmp%2F.trackless-prepare-" in asked for asked in gcs.requests)
    assert gcs.list("") == []


def test_bigquery_s_types_are_read(warehouse: Warehouse, tmp_path: Path) -> None:
    """NUMERIC and INT64 ids, each kind of time, NULLs; as exports hold them."""
    days = range(20)
    start = datetime(2024, 1, 1, 12, tzinfo=UTC).timestamp()
    moments = [datetime.fromtimestamp(start + 86_400 * day, UTC) for day in days]
    table = pa.table(
        {
            "number": pa.array([day % 3 for day in days], pa.int64()),
            "numeric": pa.array(
                [Decimal(day % 4) for day in days], pa.decimal128(38, 9)
            ),
            "stamp": pa.array(moments, pa.timestamp("us", tz="UTC")),
            "local": pa.array([m.replace(tzinfo=None) for m in moments]),
            "day": pa.array([date(2024, 1, 1 + day) for day in days]),
            "text": [f"2024-01-{1 + day:02}T12:00:00" for day in days],
            "amount": pa.array([Decimal("2.5")] * 19 + [None], NUMERIC),
        }
    )
    pyarrow.parquet.write_table(table, tmp_path / "types.parquet")
    warehouse.tables["shop.types"] = tmp_path / "types.parquet"
    beam = beam_options.parse(f'["--temp_location=gs://{BUCKET}/tmp"]')
    cuts = []
    for time in ("stamp", "local", "day", "text"):
        text = (
            f"SELECT number AS buyer, numeric AS product, {time} AS time, "
            "amount AS price FROM `shop.types`"
        )
        output = tmp_path / time
        facts = prepare(f"bigquery:{text}", {}, str(output), 1, SMALL, beam)
        assert (facts["rows_read"], facts["dropped"]) == (
            20,
            {"non_positive_price": 1},
        )
        products = pyarrow.parquet.read_table(output / "vocabularies/products.parquet")
        assert sorted(products["product"].to_pylist()) == ["0", "1", "2", "3"]
        cuts.append(facts["split"]["train_until"])
    assert cuts == [*["2024-01-17T12:00:00Z"] * 2, "2024-01-17T00:00:00Z", cuts[0]]


@pytest.mark.parametrize("writes_an_empty_file", [True, False])
def test_a_query_without_lines_is_said(
    warehouse: Warehouse,
    gcs: Gcs,
    monkeypatch: pytest.MonkeyPatch,
    writes_an_empty_file: bool,
) -> None:
    if not writes_an_empty_file:
        monkeypatch.setattr(
            warehouse, "write_next", lambda: warehouse.unwritten.clear()
        )
    text = "bigquery:SELECT 'a' AS buyer, 'b' AS product, sold_at AS time"
    with pytest.raises(DataError, match=r"^--input bigquery: has no lines; give a"):
        prepare(f"{text} FROM `shop.orders` WHERE price < 0", {}, OUTPUT, 1, SMALL)
    assert gcs.list("") == []


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        ("resourcesExceeded", "nothing of it is kept"),
        ("accessDenied", "the account .* Storage Object User on the bucket"),
        ("quotaExceeded", "wait, or have the quota raised"),
        ("stopped", "somebody cancelled the job"),
    ],
)
def test_a_job_that_fails_half_way_leaves_nothing(
    warehouse: Warehouse, gcs: Gcs, reason: str, remedy: str
) -> None:
    warehouse.breaks = (reason, "Half of it is done")
    with pytest.raises(DataError, match=f"^--input bigquery: Half .* done; {remedy}"):
        prepare(f"bigquery:{QUERY}", {}, OUTPUT, 1, SMALL)
    assert gcs.list("") == []


def test_a_failure_after_the_export_leaves_nothing(
    warehouse: Warehouse, gcs: Gcs, tmp_path: Path
) -> None:
    beam = beam_options.parse(f'["--temp_location=gs://{BUCKET}/tmp"]')
    text = "SELECT 'a' AS buyer, 'b' AS product, DATE '2024-01-01' AS time"
    with pytest.raises(DataError, match="4000 usable lines at 1 distinct times"):
        prepare(
            f"bigquery:{text} FROM `shop.orders`", {}, f"{tmp_path}/x", 1, SMALL, beam
        )
    assert gcs.list("") == []


def test_a_lost_answer_starts_no_second_job(
    warehouse: Warehouse, google: Google, tmp_path: Path
) -> None:
    google.after = lambda call: google.fail("jobs.insert", "lost")
    google.fail("jobs.insert", 503)  # of the dry run, which is asked again
    facts = prepare(f"bigquery:{QUERY}", {}, OUTPUT, 1, SMALL)

    assert list(warehouse.jobs) == [facts["query"]["job"]]
    asked = [call for call, _ in google.calls]
    # The dry run twice, the job, and the job again, which was there.
    assert asked.count("bigquery.jobs.insert") == 4


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_cancels_the_job_and_removes_what_it_wrote(
    warehouse: Warehouse, gcs: Gcs, number: signal.Signals
) -> None:
    warehouse.holds = True
    process = command("--output", OUTPUT)
    assert process.stdout is not None
    for line in process.stdout:
        if "BigQuery job" in line:
            assert len(gcs.list("examples/.trackless-prepare-")) == 1
            process.send_signal(number)
    _, errors = process.communicate(timeout=60)

    assert process.returncode == 128 + number
    assert f"ended by signal {number}" in errors.splitlines()[-1]
    (job,) = warehouse.jobs.values()
    assert job["status"]["errorResult"]["reason"] == "stopped"
    assert gcs.list("") == []


def test_the_folder_of_the_lines() -> None:
    assert export.place("gs://b/x/", "gs://b/tmp") == "gs://b/x"
    assert export.place("/data/x", "/gcs/b/tmp/") == "gs://b/tmp"
