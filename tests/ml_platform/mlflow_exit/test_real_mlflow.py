"""A nasty history of MLflow's own making: out of it, proven, and back into a new one.

MLflow 3 and 2, each writing to SQLite and to PostgreSQL. The new MLflow gets its
tables from MLflow itself and its rows from the backup alone; what MLflow's client
then reads of it is what it read before, character by character.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

from ml_platform.mlflow_exit.bits import INFINITY_IN_MLFLOW
from ml_platform.mlflow_exit.sources import rest, source_open
from ml_platform.mlflow_exit.sources.source import Source
from tests.ml_platform.mlflow_exit.conftest import Exit, told
from tests.ml_platform.mlflow_exit.mlflows import Mlflow
from tests.ml_platform.mlflow_exit.test_rest import as_rest_shows
from tests.ml_platform.postgres import needs_postgres, postgres

pytestmark = [pytest.mark.slow, pytest.mark.postgres, needs_postgres]

RUNS, POINTS, STEPS = "10", "400", "100"


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


@pytest.fixture(scope="module", params=["mlflow3", "mlflow2"])
def histories(
    request: pytest.FixtureRequest,
    cluster: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Histories:
    """Both histories in one process: importing MLflow takes seconds."""
    folder = tmp_path_factory.mktemp(request.param)
    mlflow = Mlflow(request.param)
    lite, new_lite = (f"sqlite:///{folder}/{name}.db" for name in ("old", "new"))
    server = database_made(cluster, f"{request.param}_old")
    new_server = database_made(cluster, f"{request.param}_new")
    actions = ["new", new_lite, "new", new_server, "write", lite]
    for uri in (lite, server):
        actions += ["new", uri, "generate", uri, RUNS, POINTS, STEPS, "read", uri]
    read = mlflow.act(*actions)
    return Histories(mlflow, lite, server, new_lite, new_server, read)


def database_made(cluster: str, name: str) -> str:
    """Makes an empty database; its socket as an option, as both drivers take it."""
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    folder = cluster.partition("@")[2].partition("/")[0].replace("%2F", "/")
    return f"postgresql://postgres@/{name}?host={folder}"


@pytest.mark.parametrize("kind", ["lite", "server"])
def test_every_point_that_the_client_reads_is_archived(
    histories: Histories, mlflow_exit: Exit, kind: str
) -> None:
    source = getattr(histories, kind)
    found = told(mlflow_exit("inventory", "--json", "--source", source))
    assert mlflow_exit("import", "--source", source)[0] == 0
    code, out = mlflow_exit("verify", "--source", source)
    assert code == 0, out
    ours = []
    for run in found["runs"]:
        if "orphan" not in run["kinds"]:
            for line in mlflow_exit("points", run["run_id"], "--json")[1].splitlines():
                ours.append(["point", run["run_id"], *json.loads(line)[:4]])
    assert sorted(ours) == sorted(points_read(histories, source))


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
    for kind in ("lite", "server"):
        source, new = getattr(histories, kind), getattr(histories, f"new_{kind}")
        backup = str(tmp_path / kind)
        mlflow_exit("backup", "--source", source, "--to", backup)
        code, out = mlflow_exit("rollback", "--from", backup, "--into", new)
        assert code == 0, out
    with histories.mlflow.serve(histories.new_server, tmp_path) as url:
        with source_open(url) as here, source_open(histories.server) as there:
            assert_shows(here, there)
        read = histories.mlflow.act("read", histories.new_lite, "read", url)
    for old, new in (
        (histories.lite, histories.new_lite),
        (histories.server, url),
    ):
        before, after = histories.read[old], read[new]
        assert sorted(after, key=repr) == sorted(before, key=repr)


def assert_shows(here: Source, there: Source) -> None:
    """Asserts that a server shows what a database holds, as far as servers do."""
    assert here.run_ids() == there.run_ids() != []
    for run_id in there.run_ids():
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
    points = points_read(histories, histories.server)
    values = {line[4] for line in points}
    assert {"nan", "5e-324", repr(INFINITY_IN_MLFLOW)} <= values
    # MLflow 2's driver writes −0.0 as a decimal, which has no sign.
    assert ("-0.0" in values) == (histories.mlflow.name == "mlflow3")
    assert {-(2**63), -5, 2**53 + 1, 2**63 - 1} <= {line[3] for line in points}
    keys = {"loss", "Loss", "dir/deep/loss", "größe der Ebene", "訓練.損失"}
    assert keys <= {line[2] for line in points}


def points_read(histories: Histories, uri: str) -> list[Any]:
    """What the client read of points: a list each, after its word."""
    return [line for line in histories.read[uri] if line[0] == "point"]
