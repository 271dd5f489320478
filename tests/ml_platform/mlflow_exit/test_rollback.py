"""`mlflow_exit rollback`: what the import made is listed, and nothing else."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.services.quick_tests import quick_test_create
from ml_platform.mlflow_exit.models import ArchivedRun
from tests.ml_platform.mlflow_exit.conftest import Exit, told
from tests.ml_platform.samples import sample_document, write_document

RunId = Callable[[str], str]


def test_everything_that_was_made_is_listed(mlflow_exit: Exit) -> None:
    mlflow_exit("import")
    lines = told(mlflow_exit("rollback", "--json"))["revert"]
    assert [line["what"] for line in lines[:3]] == ["document", "QuickTest", "archive"]
    assert len(lines) == 8 * 3
    for line in lines:
        if line["what"] == "document":
            data = Path(line["place"]).read_bytes()
            assert hashlib.sha256(data).hexdigest() == line["sha256"]
    assert mlflow_exit("rollback")[1].endswith(
        "24 things to undo; nothing was changed\n"
    )


def test_what_was_there_before_is_not_listed(mlflow_exit: Exit, run_id: RunId) -> None:
    """One QuickTest with a document of its own, one without any."""
    for name in ("platform", "failed"):
        run = quick_test_create(name=name, params={})
        run.mlflow_run_id = run_id(name)
        run.save()
    platform = QuickTest.objects.get(mlflow_run_id=run_id("platform"))
    write_document(Path(platform.gcs_artifacts_path), sample_document())
    mlflow_exit("import")
    lines = told(mlflow_exit("rollback", "--json"))["revert"]
    done = {
        name: [
            (one["what"], one["do"]) for one in lines if one["run_id"] == run_id(name)
        ]
        for name in ("platform", "failed")
    }
    assert [what for what, _ in done["platform"]] == ["archive"]
    assert [what for what, _ in done["failed"]] == ["document", "QuickTest", "archive"]
    assert done["failed"][1][1].startswith("empty its cached history; it was here")


def test_the_list_changes_nothing_and_says_where_there_is_nothing(
    mlflow_exit: Exit,
) -> None:
    code, out = mlflow_exit("rollback")
    assert (code, out) == (1, "0 things to undo; nothing was changed\n")
    mlflow_exit("import")
    before = list(ArchivedRun.objects.values())
    mlflow_exit("rollback")
    assert list(ArchivedRun.objects.values()) == before
