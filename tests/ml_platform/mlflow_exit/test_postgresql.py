"""PostgreSQL on both sides: as MLflow's database, and as the archive's."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError

from ml_platform.mlflow_exit.bits import bits_of
from ml_platform.mlflow_exit.points import Points
from ml_platform.mlflow_exit.services.backup import backup_make
from ml_platform.mlflow_exit.sources import database_open, source_open
from tests.ml_platform.mlflow_exit.conftest import Change, Exit
from tests.ml_platform.postgres import needs_postgres, postgres

pytestmark = [pytest.mark.postgres, pytest.mark.slow, needs_postgres]

HERE = Path(__file__).parent
# MLflow's own types on PostgreSQL, without its constraints.
TABLES = {
    "experiments": "experiment_id serial, name varchar(256), artifact_location text, "
    "lifecycle_stage text, creation_time bigint, last_update_time bigint, "
    "workspace text",
    "runs": "run_uuid varchar(32), name text, source_type text, source_name text, "
    "entry_point_name text, user_id text, status varchar(9), start_time bigint, "
    "end_time bigint, source_version text, lifecycle_stage text, artifact_uri text, "
    "experiment_id integer, deleted_time bigint",
    "metrics": '"key" varchar(250), value double precision, "timestamp" bigint, '
    "run_uuid varchar(32), step bigint, is_nan boolean",
    "params": '"key" varchar(250), value varchar(8000), run_uuid varchar(32)',
    "tags": '"key" varchar(250), value varchar(8000), run_uuid varchar(32)',
    "experiment_tags": '"key" varchar(250), value text, experiment_id integer',
}
LATEST = {"latest_metrics": TABLES["metrics"]}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres() as url:
        yield url


def _copy(tracking: Path, url: str) -> None:
    lite = sqlite3.connect(tracking)
    with psycopg.connect(url) as connection:
        if connection.execute("SELECT to_regclass('runs')").fetchone() != (None,):
            return  # Another test of this file was first.
        for table, columns in TABLES.items():
            connection.execute(f"CREATE TABLE {table} ({columns})".encode())
            for row in lite.execute(f"SELECT * FROM {table}").fetchall():
                values = list(row)
                if table == "metrics":
                    values[-1] = bool(values[-1])
                marks = ", ".join(["%s"] * len(row))
                insert = f"INSERT INTO {table} VALUES ({marks})"
                connection.execute(insert.encode(), values)
        connection.execute(
            "INSERT INTO metrics SELECT 'zero', '-0.0', 1, run_uuid, 0, false FROM runs"
        )
    lite.close()


def test_both_databases_give_the_same_runs(server: str, tracking: Path) -> None:
    """But for the sign of zero, which only PostgreSQL keeps."""
    _copy(tracking, server)
    with source_open(server) as here, source_open(f"sqlite:///{tracking}") as there:
        assert here.label.startswith("postgresql://postgres@")
        assert here.experiments() == there.experiments()
        assert here.run_ids() == there.run_ids()
        assert here.parents() == there.parents()
        for run_id in there.run_ids():
            held, other = here.run(run_id), there.run(run_id)
            (zero,) = set(held.points) - set(other.points)
            assert (zero.key, zero.bits) == ("zero", bits_of(-0.0))
            points = Points.of_rows([*other.points, zero])
            assert held.digest() == replace(other, points=points).digest()
            counts = here.counts(run_id)
            assert counts.point_count == len(other.points) + 1
            assert counts._replace(point_count=0) == there.counts(run_id)._replace(
                point_count=0
            )


def test_the_source_is_opened_for_reading_only(server: str) -> None:
    with (
        source_open(server) as source,
        source.snapshot(),
        pytest.raises(Exception, match="read-only transaction"),
    ):
        source._database.rows("CREATE TABLE mine (a int)")


def test_the_archive_passes_its_tests_on_postgresql(server: str) -> None:
    """But those that have a database of their own, or write nothing."""
    names = ("test_import.py", "test_points.py", "test_migrations.py")
    others = "not at_once and not more_series and not help"
    command = [*(str(HERE / name) for name in names), "-k", others]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n0", *command],
        cwd=HERE.parents[2],
        env=os.environ | {"DATABASE_URL": server},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-4000:]


@pytest.fixture
def client_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """`pg_dump` of the server's own version first."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    monkeypatch.setenv("PATH", f"{folders[0]}:{os.environ['PATH']}")


def test_a_backup_is_restored_from_its_files_and_from_its_dump(
    server: str, tracking: Path, tmp_path: Path, client_programs: None
) -> None:
    """The dump goes into a second database."""
    _copy(tracking, server)
    with closing(database_open(server)) as database:
        made = backup_make(database=database, place=str(tmp_path / "backup"))
    assert (made.problem, made.manifest.dump is not None) == ("", True)
    second = server.replace("/trackless", "/second")
    subprocess.run(["createdb", f"--maintenance-db={server}", "second"], check=True)
    dump = tmp_path / "backup" / "postgresql.dump"
    subprocess.run(["pg_restore", f"--dbname={second}", str(dump)], check=True)
    for restored in (str(tmp_path / "backup"), second):
        with source_open(server) as there, source_open(restored) as here:
            assert here.experiments() == there.experiments()
            assert here.run_ids() == there.run_ids() != []
            for run_id in there.run_ids():
                assert here.run(run_id).digest() == there.run(run_id).digest()


def test_a_new_database_takes_the_backup_and_numbers_on(
    server: str, tracking: Path, tmp_path: Path, mlflow_exit: Exit
) -> None:
    """Only as many tables as are read here; the real ones are in test_real_mlflow."""
    _copy(tracking, server)
    with closing(database_open(server)) as database:
        backup_make(database=database, place=str(tmp_path / "backup"))
    third = server.replace("/trackless", "/third")
    subprocess.run(["createdb", f"--maintenance-db={server}", "third"], check=True)
    with psycopg.connect(third) as connection:
        for table, columns in TABLES.items():
            connection.execute(f"CREATE TABLE {table} ({columns})".encode())
    into = ["--into", third]
    order = ["rollback", "--from", str(tmp_path / "backup")]
    assert mlflow_exit(*order, *into)[0] == 0
    with source_open(server) as there, source_open(third) as here:
        assert here.experiments() == there.experiments()
        for run_id in there.run_ids():
            assert here.run(run_id).digest() == there.run(run_id).digest()
    with psycopg.connect(third) as connection:
        made = "INSERT INTO experiments (name) VALUES ('n') RETURNING experiment_id"
        assert connection.execute(made).fetchone() == (3,)
    with pytest.raises(CommandError, match="table experiments holds rows"):
        mlflow_exit(*order, *into)


def test_what_the_other_database_cannot_keep_is_named(
    server: str,
    tracking: Path,
    new_tracking: Path,
    tmp_path: Path,
    mlflow_exit: Exit,
    change: Change,
) -> None:
    _copy(tracking, server)
    with closing(database_open(server)) as database:
        backup_make(database=database, place=str(tmp_path / "backup"))
    order = ["rollback", "--from", str(tmp_path / "backup")]
    with pytest.raises(CommandError, match="column value: '-0': SQLite keeps no sign"):
        mlflow_exit(*order, "--into", f"sqlite:///{new_tracking}")
    fourth = server.replace("/trackless", "/fourth")
    subprocess.run(["createdb", f"--maintenance-db={server}", "fourth"], check=True)
    with psycopg.connect(fourth) as connection:
        for table, columns in (TABLES | LATEST).items():
            connection.execute(f"CREATE TABLE {table} ({columns})".encode())
    change("UPDATE tags SET value = 'a' || char(0) WHERE key = 'note'")
    mlflow_exit("backup", "--to", str(tmp_path / "odd"))
    order = ["rollback", "--from", str(tmp_path / "odd"), "--into", fourth]
    with pytest.raises(CommandError, match=r"tags\.csv, line \d+: column value: .*NUL"):
        mlflow_exit(*order)
    with psycopg.connect(fourth) as connection:
        assert connection.execute("SELECT COUNT(*) FROM runs").fetchone() == (0,)
