"""`mlflow_exit import`: archived once, whole, with document, cache and QuickTest."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError

from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.services.quick_tests import quick_test_create
from ml_platform.experiments.services.training_cache import TrainingCacheService
from ml_platform.mlflow_exit.archive import points_held
from ml_platform.mlflow_exit.models import (
    ArchivedExperiment,
    ArchivedPoints,
    ArchivedRun,
)
from ml_platform.mlflow_exit.services import archiving, documents, importing
from tests.ml_platform.mlflow_exit.conftest import Change, Exit, told
from tests.ml_platform.samples import sample_document, write_document
from training_metrics import limits

ROOT = Path(__file__).resolve().parents[3]
RunId = Callable[[str], str]


def test_every_run_is_archived_with_a_document_and_a_cache(mlflow_exit: Exit) -> None:
    code, out = mlflow_exit("import")
    assert code == 0
    assert out.startswith("8 runs new, 0 unchanged, 0 replaced; 220 points archived")
    assert ArchivedPoints.objects.count() == 8
    assert ArchivedExperiment.objects.count() == 3
    for record in ArchivedRun.objects.all():
        assert record.quick_test is not None
        place = Path(record.quick_test.gcs_artifacts_path) / "training_metrics.json"
        assert place.exists()
        assert record.quick_test.cached_sha256 == record.document_sha256


def test_what_is_cached_is_what_a_reader_of_the_document_caches(
    mlflow_exit: Exit,
) -> None:
    """The import caches what it has in hand, without reading it back."""
    mlflow_exit("import")
    for run in QuickTest.objects.all():
        ours = run.training_history_json
        run.training_history_json, run.cached_sha256 = None, ""
        run.save()
        TrainingCacheService().cache_training_history(run)
        run.refresh_from_db()
        for history in (ours, run.training_history_json):
            del history["cached_at"], history["source"]["read_at"]
        assert json.dumps(ours) == json.dumps(run.training_history_json)


def test_imported_twice_is_imported_once(mlflow_exit: Exit) -> None:
    mlflow_exit("import")
    before = list(ArchivedPoints.objects.values())
    code, out = mlflow_exit("import")
    assert (code, out.split(";")[0]) == (0, "0 runs new, 8 unchanged, 0 replaced")
    assert list(ArchivedPoints.objects.values()) == before
    assert QuickTest.objects.count() == 8


def test_a_run_without_a_quick_test_gets_one_that_is_marked(
    mlflow_exit: Exit, run_id: RunId
) -> None:
    mlflow_exit("import")
    made = QuickTest.objects.get(mlflow_run_id=run_id("killed"))
    assert (made.name, made.status) == ("killed", "interrupted")
    assert made.mlflow_experiment_name == "recommender"
    assert str(made.ended_at) == "1970-01-01 00:00:05+00:00"
    assert ArchivedRun.objects.get(quick_test=made).made_quick_test
    assert made.training_history_json["run"]["imported_from"] == "mlflow"


def test_a_matched_quick_test_gets_the_history(
    mlflow_exit: Exit, run_id: RunId
) -> None:
    ours = quick_test_create(name="ours", params={})
    ours.mlflow_run_id = run_id("platform")
    ours.save()
    mlflow_exit("import")
    ours.refresh_from_db()
    assert ours.epoch_count == 6
    assert not ArchivedRun.objects.get(quick_test=ours).made_quick_test


def test_a_document_of_the_runs_own_stays(mlflow_exit: Exit, run_id: RunId) -> None:
    ours = quick_test_create(name="ours", params={})
    ours.mlflow_run_id = run_id("platform")
    ours.save()
    folder = Path(ours.gcs_artifacts_path)
    digest = write_document(folder, sample_document(5))
    code, out = mlflow_exit("import")
    assert code == 0
    assert f"run {run_id('platform')}: has a document of its own, which stays" in out
    ours.refresh_from_db()
    assert ours.cached_sha256 == digest


def test_a_changed_run_is_replaced_only_when_asked(
    mlflow_exit: Exit, change: Change, run_id: RunId
) -> None:
    mlflow_exit("import")
    change("INSERT INTO metrics VALUES ('loss', 0.25, 9, ?, 1, 0)", run_id("running"))
    code, out = mlflow_exit("import")
    assert code == 1
    assert "the source holds it otherwise than the archive, which stays" in out
    assert ArchivedRun.objects.get(run_id=run_id("running")).point_count == 1
    assert told(mlflow_exit("import", "--replace", "--json"))["replaced"] == 1
    quick_test = QuickTest.objects.get(mlflow_run_id=run_id("running"))
    assert quick_test.training_history_json["loss"]["train"] == [1.0, 0.25]
    assert mlflow_exit("verify")[0] == 0


def test_a_refused_place_is_a_problem_of_that_run_only(
    mlflow_exit: Exit, run_id: RunId
) -> None:
    ours = quick_test_create(name="ours", params={})
    ours.mlflow_run_id, ours.gcs_artifacts_path = run_id("nasty"), "/elsewhere/7"
    ours.save()
    code, out = mlflow_exit("import")
    assert code == 1
    assert "document not written: artifacts_uri: '/elsewhere/7' is under no" in out
    assert ArchivedRun.objects.filter(document_state="written").count() == 7


def test_rows_without_a_run_are_archived_without_a_document(
    mlflow_exit: Exit, change: Change
) -> None:
    change("INSERT INTO metrics VALUES ('k', 1.0, 1, 'gone', 0, 0)")
    assert mlflow_exit("import")[0] == 0
    orphan = ArchivedRun.objects.get(run_id="gone")
    assert (orphan.point_count, orphan.document_state) == (1, "none")
    assert orphan.quick_test is None


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (archiving, "_write_rows"),
        (archiving, "_attach_quick_test"),
        (importing, "document_make"),
        (documents, "document_written"),
        (documents.TrainingCacheService, "store_history"),
    ],
)
def test_killed_at_any_step_it_continues(
    mlflow_exit: Exit, monkeypatch: pytest.MonkeyPatch, module: Any, name: str
) -> None:
    """The third call of each step dies; the next import does the rest."""
    real, calls = getattr(module, name), []

    def dying(*args: Any, **named: Any) -> Any:
        calls.append(name)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*args, **named)

    monkeypatch.setattr(module, name, dying)
    with pytest.raises(KeyboardInterrupt):
        mlflow_exit("import")
    monkeypatch.undo()
    for record in ArchivedRun.objects.all():
        assert len(points_held(record)) == record.point_count
    assert mlflow_exit("import")[0] == 0
    assert mlflow_exit("verify")[0] == 0
    assert QuickTest.objects.count() == 8
    assert ArchivedRun.objects.filter(document_state="written").count() == 8


def test_status_tells_how_far_it_is(mlflow_exit: Exit) -> None:
    mlflow_exit("import")
    state = json.loads(mlflow_exit("status", "--json")[1])
    assert (state["runs"], state["points"]) == (8, 220)
    assert state["documents"] == {"written": 8}


def test_help_lists_what_exists(capsys: pytest.CaptureFixture[str]) -> None:
    from django.core.management import get_commands, load_command_class

    command = load_command_class(get_commands()["mlflow_exit"], "mlflow_exit")
    command.print_help("manage.py", "mlflow_exit")
    out = " ".join(capsys.readouterr().out.split())
    assert "Exit codes: 0 done, 1 differences" in out
    for step in ("inventory", "import", "verify", "points", "status"):
        assert f"{step} " in out


def test_more_series_than_a_document_holds_are_a_problem_of_that_run_only(
    mlflow_exit: Exit, tracking: Path, run_id: RunId
) -> None:
    connection = sqlite3.connect(tracking)
    connection.executemany(
        "INSERT INTO metrics VALUES (?, 0.5, 9, ?, 1, 0)",
        [(f"own_{index}", run_id("running")) for index in range(10_001)],
    )
    connection.commit()
    connection.close()
    code, out = mlflow_exit("import")
    assert code == 1
    (line,) = [line for line in out.splitlines() if "document not written" in line]
    assert f"run {run_id('running')}: document not written: metrics: " in line
    assert line.endswith("its rows are in the archive")
    assert ArchivedRun.objects.get(run_id=run_id("running")).point_count == 10_002
    assert ArchivedRun.objects.filter(document_state="written").count() == 7
    assert mlflow_exit("verify")[0] == 0


def test_a_document_too_large_to_read_is_a_problem_of_that_run_only(
    mlflow_exit: Exit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BYTES_MAX", 3000)
    code, out = mlflow_exit("import")
    assert code == 1
    assert "$: larger than 3000 bytes; its rows are in the archive" in out
    assert ArchivedRun.objects.count() == 8


def test_what_another_import_archived_meanwhile_is_met(
    mlflow_exit: Exit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database refuses the second record of a run, and the store the document."""
    real_rows, real_store = archiving._write_rows, documents.open_store
    refusals = iter([IntegrityError("UNIQUE constraint failed")])

    def rows(*args: Any) -> None:
        for refusal in refusals:
            raise refusal
        real_rows(*args)

    class Met:
        """A place that somebody else writes to between our look and our write."""

        def __init__(self, uri: str) -> None:
            self.uri, self._store = uri, real_store(uri)

        def read(self, max_bytes: int) -> Any:
            return self._store.read(max_bytes)

        def write(self, data: bytes, if_generation: int) -> int:
            self._store.write(data, if_generation)
            return self._store.write(data, if_generation)

    monkeypatch.setattr(archiving, "_write_rows", rows)
    monkeypatch.setattr(documents, "open_store", Met)
    code, out = mlflow_exit("import")
    assert code == 0, out
    assert out.startswith("8 runs new, 0 unchanged, 0 replaced; 220 points archived")
    assert ArchivedRun.objects.filter(document_state="written").count() == 8


def test_two_imports_at_once_import_once(tracking: Path, tmp_path: Path) -> None:
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path}/app.sqlite3",
        "TRACKLESS_HOME": str(tmp_path / "home"),
    }

    def manage(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    migrated = manage("migrate", "-v0")
    assert migrated.wait() == 0, migrated.communicate()[0]
    source = ["--source", f"sqlite:///{tracking}"]
    both = [manage("mlflow_exit", "import", *source, "--json") for _ in range(2)]
    answers = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], answers
    new = [json.loads(answer)["new"] for answer in answers]
    assert sum(new) == 8
    verified = manage("mlflow_exit", "verify", *source)
    assert verified.wait() == 0, verified.communicate()[0]
