"""A nasty history of MLflow's own making: out of it, proven, and back into a new one.

MLflow 3 and 2, each writing to SQLite and to PostgreSQL, and MLflow 1 to SQLite, which
its server shows. A new MLflow gets its tables from MLflow itself and its rows from the
backup alone; what MLflow's client then reads of it is what it read before, character by
character. MLflow 3's history goes into the kind of database that it comes from, MLflow
2's into the other.
"""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from django.core.management import CommandError

from ml_platform.mlflow_exit.bits import INFINITY_IN_MLFLOW
from ml_platform.mlflow_exit.models import ArchivedRun, DocumentState
from ml_platform.mlflow_exit.sources import rest, source_open
from ml_platform.mlflow_exit.sources.source import Source
from tests.ml_platform.mlflow_exit.conftest import Exit, told
from tests.ml_platform.mlflow_exit.mlflows import Mlflow
from tests.ml_platform.mlflow_exit.test_rest import as_rest_shows
from tests.ml_platform.postgres import needs_postgres, postgres

pytestmark = [pytest.mark.slow, pytest.mark.postgres, needs_postgres]

RUNS, POINTS, STEPS = "10", "400", "100"
BOTH = ["mlflow3", "mlflow2"]


class Histories(NamedTuple):
    """What one version of MLflow wrote, and what its client read of it.

    Attributes:
        lite, server: the histories' databases.
        new_lite, new_server: databases with MLflow's tables and nothing else.
        read: lines of `mlflow_programs.py`, by the database's URI.
    """

    mlflow: Mlflow
    lite: str
    server: str
    new_lite: str
    new_server: str
    read: dict[str, list[Any]]


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture(scope="module", params=BOTH)
def histories(
    request: pytest.FixtureRequest,
    cluster: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Histories]:
    """Both histories, in copies of the new databases: making tables takes seconds."""
    folder = tmp_path_factory.mktemp(request.param)
    lite, new_lite = (f"sqlite:///{folder}/{name}.db" for name in ("old", "new"))
    new_server = database_made(cluster, f"{request.param}_new")
    with Mlflow(request.param).client() as mlflow:
        mlflow.act("new", new_lite, "new", new_server)
        shutil.copy(folder / "new.db", folder / "old.db")
        server = database_made(cluster, f"{request.param}_old", like=new_server)
        actions = ["write", lite]
        for uri in (lite, server):
            actions += ["generate", uri, RUNS, POINTS, STEPS, "read", uri]
        read = mlflow.act(*actions)
        yield Histories(mlflow, lite, server, new_lite, new_server, read)


def database_made(cluster: str, name: str, like: str = "") -> str:
    """Makes a database, empty or as another; its socket as an option of its address.

    MLflow's drivers take it so, both of them.
    """
    template = like.partition("@/")[2].partition("?")[0] or "template1"
    with psycopg.connect(cluster, autocommit=True) as connection:
        # MLflow's client stays connected, and nobody may be while it is copied.
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        connection.execute(f"{ended} WHERE datname = '{template}'".encode())
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    folder = cluster.partition("@")[2].partition("/")[0].replace("%2F", "/")
    return f"postgresql://postgres@/{name}?host={folder}"


@pytest.mark.parametrize("kind", ["lite", "server"])
def test_every_point_that_the_client_reads_is_archived(
    histories: Histories, mlflow_exit: Exit, kind: str
) -> None:
    source = getattr(histories, kind)
    found = told(mlflow_exit("inventory", "--json", "--source", source))
    ours = archived_points(mlflow_exit, source)
    assert len(found["runs"]) == ArchivedRun.objects.count() >= int(RUNS)
    assert sorted(ours) == sorted(points_of(histories.read[source]))


def test_mlflow_1_is_left_by_its_database_and_by_its_server(
    mlflow_exit: Exit, tmp_path: Path
) -> None:
    """Each way into an empty archive, and verified against where it came from."""
    uri = f"sqlite:///{tmp_path}/mlflow1.db"
    with Mlflow("mlflow1").client() as mlflow:
        actions = ["new", uri, "generate", uri, RUNS, POINTS, STEPS, "read", uri]
        read = sorted(points_of(mlflow.act(*actions)[uri]))
        assert sorted(archived_points(mlflow_exit, uri)) == read
        ArchivedRun.objects.all().delete()
        with mlflow.serve(uri, tmp_path) as url:
            assert sorted(archived_points(mlflow_exit, url)) == read
            with source_open(url) as here, source_open(uri) as there:
                assert_shows(here, there)


def archived_points(mlflow_exit: Exit, source: str) -> list[Any]:
    """Imports and verifies a source; returns its points as `points_of` does."""
    assert mlflow_exit("import", "--source", source)[0] == 0
    code, out = mlflow_exit("verify", "--source", source)
    assert code == 0, out
    points = []
    for run in ArchivedRun.objects.exclude(document_state=DocumentState.NONE):
        for line in mlflow_exit("points", run.run_id, "--json")[1].splitlines():
            points.append(["point", run.run_id, *json.loads(line)[:4]])
    return points


@pytest.mark.parametrize("histories", ["mlflow3"], indirect=True)
def test_rows_without_a_run_are_what_postgresql_does_not_take(
    histories: Histories, mlflow_exit: Exit, tmp_path: Path, cluster: str
) -> None:
    """Named; a restoration into it writes nothing."""
    backup = str(tmp_path / "backup")
    mlflow_exit("backup", "--source", histories.lite, "--to", backup)
    into = database_made(cluster, "another", like=histories.new_server)
    named = r"\(run_uuid\)=\(gone\) is not present .*; nothing was written"
    with pytest.raises(CommandError, match=named):
        mlflow_exit("rollback", "--from", backup, "--into", into)
    with source_open(into) as source:
        assert source.run_ids() == []


def test_a_new_mlflow_filled_from_the_backup_shows_the_same(
    histories: Histories,
    mlflow_exit: Exit,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """SQLite read by the client, PostgreSQL through MLflow's own server.

    The source by REST is opened at once: it bears the server's start.
    """
    monkeypatch.setattr(rest, "_POINTS_A_PAGE", 200)
    monkeypatch.setattr(rest, "_RUNS_A_PAGE", 3)
    into_lite, into_server = histories.lite, histories.server
    if histories.mlflow.name == "mlflow2":
        into_lite, into_server = into_server, without_orphans(into_lite, tmp_path)
    for source, new in (
        (into_lite, histories.new_lite),
        (into_server, histories.new_server),
    ):
        backup = str(tmp_path / new.partition(":")[0])
        mlflow_exit("backup", "--source", source, "--to", backup)
        code, out = mlflow_exit("rollback", "--from", backup, "--into", new)
        assert code == 0, out
    with histories.mlflow.serve(histories.new_server, tmp_path) as url:
        with source_open(url) as here, source_open(into_server) as there:
            assert_shows(here, there)
        read = histories.mlflow.act("read", histories.new_lite, "read", url)
    for before, after in (
        (histories.read[into_lite], read[histories.new_lite]),
        # The client shows no orphans.
        (histories.read.get(into_server, histories.read[histories.lite]), read[url]),
    ):
        assert sorted(after, key=repr) == sorted(before, key=repr)


def without_orphans(lite: str, folder: Path) -> str:
    """A copy of a history without the rows whose run is gone: PostgreSQL takes none."""
    path = shutil.copy(lite.removeprefix("sqlite:///"), folder / "whole.db")
    with closing(sqlite3.connect(path)) as connection:
        for table in ("metrics", "params"):
            connection.execute(f"DELETE FROM {table} WHERE run_uuid = 'gone'")
        connection.commit()
    return f"sqlite:///{path}"


def assert_shows(here: Source, there: Source) -> None:
    """Asserts that a server shows what a database holds, as far as servers do."""
    run_ids = [run_id for run_id in there.run_ids() if there.run_columns(run_id)]
    assert here.run_ids() == run_ids != []
    for run_id in run_ids:
        held, other = here.run(run_id), there.run(run_id)
        assert sorted(held.points) == sorted(map(as_rest_shows, other.points))
        assert sorted(held.params) == sorted(other.params)
        assert sorted(held.tags) == sorted(other.tags)
        assert held.columns.items() <= other.columns.items()


@pytest.mark.parametrize("histories", ["mlflow2"], indirect=True)
def test_a_newer_schema_takes_an_older_history(
    histories: Histories, mlflow_exit: Exit, new_tracking: Path, tmp_path: Path
) -> None:
    """The new tables are those of MLflow 3.17.2."""
    backup = str(tmp_path / "backup")
    mlflow_exit("backup", "--source", histories.lite, "--to", backup)
    into = f"sqlite:///{new_tracking}"
    assert mlflow_exit("rollback", "--from", backup, "--into", into)[0] == 0


def test_the_history_is_as_nasty_as_it_says(histories: Histories) -> None:
    points = points_of(histories.read[histories.server])
    values = {line[4] for line in points}
    assert {"nan", "5e-324", repr(INFINITY_IN_MLFLOW)} <= values
    # MLflow 2's driver writes −0.0 as a decimal, which has no sign.
    assert ("-0.0" in values) == (histories.mlflow.name == "mlflow3")
    assert {-(2**63), -5, 2**53 + 1, 2**63 - 1} <= {line[3] for line in points}
    keys = {"loss", "Loss", "dir/deep/loss", "größe der Ebene", "訓練.損失"}
    assert keys <= {line[2] for line in points}


def points_of(read: list[Any]) -> list[Any]:
    """What the client read of points: a list each, after its word."""
    return [line for line in read if line[0] == "point"]
