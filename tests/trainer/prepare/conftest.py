"""A bucket and a BigQuery for what is prepared from them."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet
import pytest

from tests.support.dataflow import Dataflow
from tests.support.gcs import Gcs, serve_gcs
from tests.support.google.bigquery import Warehouse
from tests.support.google.server import Google, serve_google
from tests.support.recorder import recording
from tests.support.service_account import write_key
from trainer.prepare import generator


@pytest.fixture
def gcs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gcs]:
    """A bucket and a key whose tokens come from loopback, too."""
    with serve_gcs() as server:
        google = Dataflow(server)
        with recording(google.answer) as recorder:
            google.url = recorder.url
            write_key(tmp_path / "key.json", f"{google.url}/token")
            monkeypatch.setenv(
                "GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json")
            )
            monkeypatch.setenv("STORAGE_EMULATOR_HOST", server.url)
            yield server


@pytest.fixture
def google(gcs: Gcs, monkeypatch: pytest.MonkeyPatch) -> Iterator[Google]:
    """BigQuery, which exports to that bucket."""
    with serve_google(Warehouse("shop", gcs=gcs)) as server:
        monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", f"{server.url}/bigquery")
        yield server


@pytest.fixture
def warehouse(google: Google, tmp_path: Path) -> Warehouse:
    """Its tables: `shop.orders`, generated lines as a shop's own columns."""
    lines = generator.generate(7, lines=4000, buyers=80, products=150)
    names = {"buyer": "customer", "product": "sku", "time": "sold_at"}
    table = lines.rename_columns([names.get(n, n) for n in lines.column_names])
    pyarrow.parquet.write_table(table, tmp_path / "orders.parquet")
    assert isinstance(google.project, Warehouse)
    google.project.tables["shop.orders"] = tmp_path / "orders.parquet"
    return google.project
