"""`mlflow_exit backup`: restored by importing it, and by opening its dump."""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError

from ml_platform.mlflow_exit.errors import FolderRefused, SourceAway
from ml_platform.mlflow_exit.services import backup
from ml_platform.mlflow_exit.sources import source_open
from ml_platform.mlflow_exit.sources.source import Source
from tests.ml_platform.mlflow_exit.conftest import Change, Exit, told
from tests.support.gcs import Gcs, serve_gcs

RunId = Callable[[str], str]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "backup"


@pytest.fixture
def gcs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gcs]:
    from training_metrics.storage import gcs as module

    with serve_gcs() as server:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", server.url)
        module._shared_client.cache_clear()
        yield server
        module._shared_client.cache_clear()


def assert_same(here: Source, there: Source) -> None:
    assert here.run_ids() == there.run_ids() != []
    assert here.experiments() == there.experiments()
    for run_id in there.run_ids():
        assert here.run(run_id).digest() == there.run(run_id).digest()


def test_the_tables_and_the_dump_are_the_database(
    mlflow_exit: Exit, tracking: Path, place: Path, change: Change, run_id: RunId
) -> None:
    """Rows without a run, bytes that are no UTF-8 and quotes included."""
    change("INSERT INTO params VALUES ('k', 'v', 'gone')")
    odd = "INSERT INTO tags VALUES ('odd', CAST(x'22ff0d0a2c' AS TEXT), ?)"
    change(odd, run_id("nested"))
    change("INSERT INTO tags VALUES ('void', NULL, ?)", run_id("nested"))
    code, out = mlflow_exit("backup", "--to", str(place))
    assert code == 0
    assert out.endswith(f" rows in {place}, checksums in manifest.json\n")
    with source_open(f"sqlite:///{tracking}") as there:
        for url in (str(place), f"sqlite:///{place}/sqlite.db"):
            with source_open(url) as here:
                assert_same(here, there)
                assert dict(here.run(run_id("nested")).tags)["odd"] == '"\udcff\r\n,'


def test_the_manifest_counts_every_table(
    mlflow_exit: Exit, tracking: Path, place: Path
) -> None:
    made = told(mlflow_exit("backup", "--json", "--to", str(place)))
    manifest = json.loads((place / "manifest.json").read_text())
    assert made.pop("problem") == ""
    assert made == manifest
    with closing(sqlite3.connect(tracking)) as connection:
        sql = "SELECT name FROM sqlite_master WHERE type = 'table'"
        for (table,) in connection.execute(sql).fetchall():
            ((count,),) = connection.execute(f'SELECT COUNT(*) FROM "{table}"')
            held = manifest["tables"].pop(table)
            assert held["rows"] == count
            data = (place / held["files"][0]["name"]).read_bytes()
            assert held["files"][0]["sha256"] == hashlib.sha256(data).hexdigest()
    assert manifest["tables"] == {}


def test_a_restored_backup_is_imported_and_verified(
    mlflow_exit: Exit, place: Path
) -> None:
    assert mlflow_exit("import")[0] == 0
    mlflow_exit("backup", "--to", str(place))
    assert mlflow_exit("verify", "--source", str(place))[0] == 0
    code, out = mlflow_exit("import", "--source", str(place))
    assert (code, out.split(";")[0]) == (0, "0 runs new, 8 unchanged, 0 replaced")
    assert mlflow_exit("verify", "--source", str(place))[0] == 0


def test_a_large_table_comes_in_parts(
    mlflow_exit: Exit, tracking: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "_PART_BYTES", 2000)
    made = told(mlflow_exit("backup", "--json", "--to", str(place)))
    assert len(made["tables"]["metrics"]["files"]) > 3
    with (
        source_open(str(place)) as here,
        source_open(f"sqlite:///{tracking}") as there,
    ):
        assert_same(here, there)


@pytest.mark.parametrize("damage", ["cut", "changed", "removed"])
def test_a_damaged_backup_is_refused_by_name(
    mlflow_exit: Exit, place: Path, damage: str
) -> None:
    mlflow_exit("backup", "--to", str(place))
    path = place / "metrics.csv"
    data = path.read_bytes()
    path.unlink()
    if damage != "removed":
        path.write_bytes(
            data[: data.rindex(b"\n", 0, -1) + 1]
            if damage == "cut"
            else data.replace(b"loss", b"lost", 1)
        )
    said = "not there" if damage == "removed" else "sha256 .* manifest.json has"
    with (
        pytest.raises(FolderRefused, match=rf"metrics\.csv: {said}"),
        source_open(str(place)),
    ):
        pass


def test_nothing_is_overwritten(mlflow_exit: Exit, place: Path) -> None:
    place.mkdir()
    (place / "mine.txt").write_text("mine")
    with pytest.raises(CommandError, match=r"it holds mine\.txt; give an empty") as met:
        mlflow_exit("backup", "--to", str(place))
    assert met.value.returncode == 2
    assert [path.name for path in place.iterdir()] == ["mine.txt"]


def test_without_its_manifest_a_backup_cut_off_is_checked_as_any_folder(
    mlflow_exit: Exit, place: Path
) -> None:
    mlflow_exit("backup", "--to", str(place))
    (place / "manifest.json").unlink()
    (place / "runs.csv").unlink()
    with (
        pytest.raises(FolderRefused, match=r"runs\.csv: not there"),
        source_open(str(place)),
    ):
        pass


def test_a_bucket_takes_and_gives_it(
    mlflow_exit: Exit, tracking: Path, gcs: Gcs
) -> None:
    place = "gs://bucket/mlflow/backup"
    assert mlflow_exit("backup", "--to", place)[0] == 0
    with source_open(place) as here, source_open(f"sqlite:///{tracking}") as there:
        assert here.label == place
        assert_same(here, there)
    with pytest.raises(CommandError, match=r"it holds manifest\.json; give an em"):
        mlflow_exit("backup", "--to", place)


def test_a_server_cannot_be_backed_up(mlflow_exit: Exit, place: Path) -> None:
    with pytest.raises(CommandError, match="received the scheme 'http'"):
        mlflow_exit("backup", "--source", "http://127.0.0.1:1", "--to", str(place))
    assert not place.exists()


def test_a_database_that_breaks_off_leaves_no_manifest(
    mlflow_exit: Exit, tracking: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> object:
        raise SourceAway("sqlite", "disk I/O error")

    monkeypatch.setattr(backup, "_parts", broken)
    with pytest.raises(CommandError, match="disk I/O error"):
        mlflow_exit("backup", "--to", str(place))
    assert not (place / "manifest.json").exists()
