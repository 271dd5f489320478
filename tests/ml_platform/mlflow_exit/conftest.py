"""A tracking database that MLflow 3.17.2 wrote, and the command run on it."""

import io
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

SQL = Path(__file__).with_name("mlflow_3_17_2.sql")

Exit = Callable[..., tuple[int, str]]
Change = Callable[..., None]


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database as a file that every test copies."""
    path = tmp_path_factory.mktemp("pattern") / "mlflow.db"
    with closing(sqlite3.connect(path)) as connection:
        # Not synced row by row: a busy disk made this slow.
        connection.executescript(f"PRAGMA synchronous = OFF; {SQL.read_text()}")
    return path


@pytest.fixture
def tracking(pattern: Path, tmp_path: Path) -> Path:
    """The database as a file, the test's own."""
    return Path(shutil.copy(pattern, tmp_path / "mlflow.db"))


@pytest.fixture
def new_tracking(pattern: Path, tmp_path: Path) -> Path:
    """A database as MLflow 3.17.2 makes it: its tables and its two first rows."""
    path = Path(shutil.copy(pattern, tmp_path / "new.db"))
    with closing(sqlite3.connect(path)) as connection:
        tables = ("metrics", "latest_metrics", "params", "tags", "runs")
        for table in (*tables, "experiment_tags"):
            connection.execute(f"DELETE FROM {table}")
        connection.execute("DELETE FROM experiments WHERE experiment_id > 0")
        connection.commit()
    return path


@pytest.fixture
def change(tracking: Path) -> Change:
    """Changes the tracking database by SQL."""

    def execute(sql: str, *values: Any) -> None:
        connection = sqlite3.connect(tracking)
        connection.execute("PRAGMA foreign_keys = OFF")
        count = connection.execute(sql, values).rowcount
        connection.commit()
        connection.close()
        assert count != 0, "the change met no row"

    return execute


@pytest.fixture
def mlflow_exit(tracking: Path, db: None) -> Exit:
    """Runs a step on the tracking database; gives the exit code and the output."""

    def run(step: str, *arguments: str) -> tuple[int, str]:
        sourced = step in ("inventory", "backup", "import", "verify")
        sourced = sourced and "--source" not in arguments
        source = ["--source", f"sqlite:///{tracking}"] if sourced else []
        out = io.StringIO()
        try:
            call_command("mlflow_exit", step, *source, *arguments, stdout=out)
        except SystemExit as stop:
            return int(stop.code or 0), out.getvalue()
        return 0, out.getvalue()

    return run


@pytest.fixture
def run_id(tracking: Path) -> Callable[[str], str]:
    """MLflow's id of a run by its name."""

    def find(name: str) -> str:
        connection = sqlite3.connect(tracking)
        sql = "SELECT run_uuid FROM runs WHERE name = ?"
        ((found,),) = connection.execute(sql, (name,)).fetchall()
        connection.close()
        return str(found)

    return find


def told(answer: tuple[int, str]) -> dict[str, Any]:
    """The object that a step printed with --json."""
    return dict(json.loads(answer[1]))
