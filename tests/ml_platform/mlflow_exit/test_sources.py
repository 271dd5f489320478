"""Sources: what is refused, and what an old schema lacks."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from ml_platform.mlflow_exit.bits import bits_of
from ml_platform.mlflow_exit.errors import SourceAway, SourceRefused
from ml_platform.mlflow_exit.points import Point
from ml_platform.mlflow_exit.sources import source_open
from tests.ml_platform.mlflow_exit.conftest import Change


def test_an_unknown_scheme_is_refused_without_showing_the_address() -> None:
    with (
        pytest.raises(SourceRefused, match=r"source mysql:…: received .* use sqlite"),
        source_open("mysql://ana:secret@host/db"),
    ):
        pass


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(SourceRefused, match=r"none\.db: no such file; give the path"),
        source_open(f"sqlite:///{tmp_path}/none.db"),
    ):
        pass


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE t (a)").close()
    with (
        pytest.raises(SourceRefused, match=r"experiments\.experiment_id, .* not there"),
        source_open(f"sqlite:///{tmp_path}/other.db"),
    ):
        pass


def test_what_a_killed_writer_left_is_told_from_other_trouble(tracking: Path) -> None:
    """Undoing it is a write, which the exit leaves to others."""
    program = (
        "import os, sqlite3, sys; begun = sqlite3.connect(sys.argv[1]);"
        "begun.execute('PRAGMA cache_size = 1');"
        "begun.execute('UPDATE metrics SET timestamp = timestamp + 1e6'); os._exit(9)"
    )
    killed = subprocess.run([sys.executable, "-c", program, str(tracking)])
    assert killed.returncode == 9
    with (
        pytest.raises(SourceAway, match="its writer was killed; open it once with"),
        source_open(f"sqlite:///{tracking}"),
    ):
        pass
    with closing(sqlite3.connect(tracking)) as opened:
        opened.execute("SELECT COUNT(*) FROM runs").fetchall()
    with source_open(f"sqlite:///{tracking}") as source:
        assert len(source.run_ids()) == 8


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no database" * 100)
    with (
        pytest.raises(SourceAway, match=r"text\.db: file is not a database; mend it"),
        source_open(f"sqlite:///{tmp_path}/text.db"),
    ):
        pass


def test_no_server_is_said_without_the_password() -> None:
    url = "postgresql://ana:secret@127.0.0.1:1/mlflow"
    with (
        pytest.raises(SourceAway, match=r"source postgresql://ana@127") as caught,
        source_open(url),
    ):
        pass
    assert "secret" not in str(caught.value)


def test_the_source_cannot_be_written(tracking: Path) -> None:
    with (
        source_open(f"sqlite:///{tracking}") as source,
        pytest.raises(SourceAway, match="readonly database"),
    ):
        source._database.rows("DELETE FROM metrics")


def test_an_old_schema_is_read_and_what_it_lacks_is_said(tmp_path: Path) -> None:
    """MLflow before 1.0 had neither steps nor NaN flags nor experiments' tags."""
    connection = sqlite3.connect(tmp_path / "old.db")
    connection.executescript(
        """CREATE TABLE experiments (experiment_id INTEGER, name TEXT);
        CREATE TABLE runs (run_uuid TEXT, status TEXT, experiment_id INTEGER);
        CREATE TABLE metrics (key TEXT, value FLOAT, timestamp BIGINT, run_uuid TEXT);
        CREATE TABLE params (key TEXT, value TEXT, run_uuid TEXT);
        CREATE TABLE tags (key TEXT, value TEXT, run_uuid TEXT);
        INSERT INTO runs VALUES ('r', 'FINISHED', 0);
        INSERT INTO metrics VALUES ('loss', 0.5, 9, 'r');"""
    )
    connection.close()
    with source_open(f"sqlite:///{tmp_path}/old.db") as source:
        assert source.lacking == [
            "metrics.step: absent in this schema, every point is read as step 0",
            "metrics.is_nan: absent in this schema, no point is read as NaN",
            "runs.deleted_time: absent in this schema, "
            "when runs were deleted is not known",
            "experiment_tags.key: absent in this schema, experiments have no tags",
        ]
        assert list(source.run("r").points) == [
            Point("loss", 0, bits_of(0.5), 9, False)
        ]
        assert source.counts("r").point_count == 1


def test_rows_without_a_run_are_found(tracking: Path, change: Change) -> None:
    change("INSERT INTO params VALUES ('k', 'v', 'gone')")
    with source_open(f"sqlite:///{tracking}") as source:
        assert "gone" in source.run_ids()
        held = source.run("gone")
    assert (held.columns, held.params) == ({}, [("k", "v")])
