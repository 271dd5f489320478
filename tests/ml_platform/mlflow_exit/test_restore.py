"""`mlflow_exit rollback --from … --into …`: a new MLflow's tables filled, or untouched.

The real MLflow reads what was filled in `test_real_mlflow.py`, PostgreSQL is in
`test_postgresql.py`.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError

from ml_platform.mlflow_exit.restoring.sqlite import SqliteTarget
from ml_platform.mlflow_exit.sources import source_open
from tests.ml_platform.mlflow_exit.conftest import Change, Exit, told
from tests.ml_platform.mlflow_exit.test_backup import assert_same


@pytest.fixture
def backup(mlflow_exit: Exit, tmp_path: Path) -> Path:
    return tmp_path / "backup"


def restore(mlflow_exit: Exit, backup: Path, new: Path) -> tuple[int, str]:
    """Makes the backup where there is none yet, and restores it."""
    if not backup.exists():
        mlflow_exit("backup", "--to", str(backup))
    into = f"sqlite:///{new}"
    return mlflow_exit("rollback", "--from", str(backup), "--into", into, "--json")


def execute(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(sql).fetchall()
        connection.commit()
    return found


def test_every_row_comes_back(
    mlflow_exit: Exit, tracking: Path, backup: Path, new_tracking: Path, change: Change
) -> None:
    """Rows without a run and bytes that are no UTF-8 included; the source is gone."""
    change("INSERT INTO params VALUES ('k', 'v', 'gone')")
    change("INSERT INTO tags VALUES ('odd', CAST(x'22ff0d0a2c' AS TEXT), 'gone')")
    change("INSERT INTO experiment_tags VALUES ('void', NULL, 1)")
    mlflow_exit("backup", "--to", str(backup))
    tracking.rename(tracking.with_name("away.db"))
    code, out = restore(mlflow_exit, backup, new_tracking)
    answer = told((code, out))
    assert (code, answer["match"], answer["points"]) == (0, 12, 220)
    with (
        source_open(f"sqlite:///{new_tracking}") as here,
        source_open(f"sqlite:///{tracking.with_name('away.db')}") as there,
    ):
        assert_same(here, there)
    latest = "SELECT * FROM latest_metrics ORDER BY run_uuid, key"
    assert execute(new_tracking, latest) == execute(
        tracking.with_name("away.db"), latest
    )


def test_a_database_with_rows_of_somebody_is_refused(
    mlflow_exit: Exit, backup: Path, new_tracking: Path
) -> None:
    assert restore(mlflow_exit, backup, new_tracking)[0] == 0
    before = new_tracking.read_bytes()
    with pytest.raises(CommandError, match=r"table experiment\w+ holds rows; give a d"):
        restore(mlflow_exit, backup, new_tracking)
    assert new_tracking.read_bytes() == before


def test_cut_off_half_way_the_database_is_as_new_as_before(
    mlflow_exit: Exit,
    backup: Path,
    new_tracking: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def dying(_: SqliteTarget) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(SqliteTarget, "number_on", dying)
    with pytest.raises(KeyboardInterrupt):
        restore(mlflow_exit, backup, new_tracking)
    monkeypatch.undo()
    assert execute(new_tracking, "SELECT COUNT(*) FROM metrics") == [(0,)]
    assert execute(new_tracking, "SELECT name FROM experiments") == [("Default",)]
    assert restore(mlflow_exit, backup, new_tracking)[0] == 0


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("DROP TABLE tags", r"no table tags \(11 rows\); let the MLflow that"),
        ("ALTER TABLE runs DROP COLUMN user_id", r"runs\.csv, line 2: no column user"),
        ("DROP TABLE metrics", "no table metrics; let the new MLflow make its tables"),
        (
            "ALTER TABLE params ADD COLUMN kind TEXT NOT NULL CHECK (kind = 'x') "
            "DEFAULT 'y'",
            "CHECK constraint failed",
        ),
    ],
)
def test_what_the_new_schema_cannot_take_is_named_and_nothing_is_written(
    mlflow_exit: Exit, backup: Path, new_tracking: Path, sql: str, said: str
) -> None:
    execute(new_tracking, sql)
    before = new_tracking.read_bytes()
    with pytest.raises(CommandError, match=said) as met:
        restore(mlflow_exit, backup, new_tracking)
    assert met.value.returncode == 2
    assert new_tracking.read_bytes() == before


def test_an_empty_column_that_the_new_schema_lacks_is_no_loss(
    mlflow_exit: Exit, backup: Path, new_tracking: Path, change: Change
) -> None:
    change("UPDATE runs SET deleted_time = NULL")
    execute(new_tracking, "ALTER TABLE runs DROP COLUMN deleted_time")
    assert restore(mlflow_exit, backup, new_tracking)[0] == 0


@pytest.mark.parametrize(
    ("name", "sql"),
    [
        ("differ", "UPDATE metrics SET value = value + 1 WHERE key = 'val_loss'"),
        ("missing_here", "DELETE FROM metrics WHERE step = 4"),
        ("missing_there", "INSERT INTO params SELECT 'x', 1, run_uuid FROM runs"),
    ],
)
def test_what_did_not_arrive_as_it_was_is_found_on_reading_back(
    mlflow_exit: Exit,
    backup: Path,
    new_tracking: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    sql: str,
) -> None:
    monkeypatch.setattr(
        SqliteTarget, "number_on", lambda target: target._connection.execute(sql)
    )
    code, out = restore(mlflow_exit, backup, new_tracking)
    answer = told((code, out))
    assert (code, answer["holds"]) == (1, False)
    assert answer[name]


def test_a_damaged_backup_and_half_an_order_are_refused(
    mlflow_exit: Exit, backup: Path, new_tracking: Path, tmp_path: Path
) -> None:
    mlflow_exit("backup", "--to", str(backup))
    path = backup / "tags.csv"
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data + b"a,b,c\n")
    before = new_tracking.read_bytes()
    with pytest.raises(CommandError, match=r"tags\.csv: sha256"):
        restore(mlflow_exit, backup, new_tracking)
    assert new_tracking.read_bytes() == before
    with pytest.raises(CommandError, match=r"manifest\.json: not there"):
        restore(mlflow_exit, tmp_path, new_tracking)
    with pytest.raises(CommandError, match="give both --from and --into"):
        mlflow_exit("rollback", "--from", str(backup))
    with pytest.raises(CommandError, match="no such file; let the new MLflow make it"):
        restore(mlflow_exit, backup, tmp_path / "absent.db")
    with pytest.raises(CommandError, match="received the scheme 'mysql'"):
        mlflow_exit("rollback", "--from", str(backup), "--into", "mysql://a/b")
