"""`mlflow_exit verify`: any one thing changed on either side is found and named."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError

from ml_platform.mlflow_exit.bits import bits_of
from ml_platform.mlflow_exit.models import (
    ArchivedExperiment,
    ArchivedParam,
    ArchivedRun,
    ArchivedTag,
)
from ml_platform.mlflow_exit.points import Point
from tests.ml_platform.mlflow_exit.conftest import Change, Exit, told
from tests.ml_platform.mlflow_exit.mutating import archived, replace, rewrite

RunId = Callable[[str], str]


@pytest.fixture
def imported(mlflow_exit: Exit) -> Exit:
    """The command, after an import."""
    assert mlflow_exit("import")[0] == 0
    return mlflow_exit


def archived_loss(run_id: str, step: int = 2) -> Point:
    """The platform run's loss at an epoch, in the archive."""
    return archived(run_id, "loss", step)


def test_what_was_imported_is_verified(imported: Exit) -> None:
    code, out = imported("verify")
    assert code == 0
    assert out.startswith(
        "match: 11 runs and experiments, 220 points, 8 documents, "
        "5 caches of completed runs\n"
        "differ: 0\nmissing here (archive): 0\n"
        "missing there (source or document): 0\nunreadable: 0\n"
        "verified: the archive holds what the source holds, bit for bit, "
        "and every document what the archive gives\nproof: digest "
    )


def test_nothing_imported_is_refused(mlflow_exit: Exit) -> None:
    with pytest.raises(CommandError, match="verify: the archive holds no run") as met:
        mlflow_exit("verify")
    assert met.value.returncode == 2


def test_one_ulp_in_the_archive_is_named(imported: Exit, run_id: RunId) -> None:
    run = run_id("platform")
    point = archived_loss(run)
    replace(run, point, point._replace(bits=point.bits + 1))
    code, out = imported("verify")
    assert code == 1
    assert (
        f"  point run_id='{run_id('platform')}' key='loss' step=2: "
        "here 1.0000000000000002 (0x3ff0000000000001) at 12000 ms, "
        "there 1.0 (0x3ff0000000000000) at 12000 ms" in out
    )


def test_one_ulp_in_the_source_is_named(
    imported: Exit, change: Change, run_id: RunId
) -> None:
    up = math.nextafter(1.0, 2.0)
    change(
        "UPDATE metrics SET value = ? WHERE key = 'loss' AND step = 2 AND run_uuid = ?",
        up,
        run_id("platform"),
    )
    code, out = imported("verify")
    assert (code, "there 1.0000000000000002" in out) == (1, True)


def test_a_dropped_point_is_missing_here(imported: Exit, run_id: RunId) -> None:
    run = run_id("platform")
    rewrite(run, lambda points: points.remove(archived_loss(run)))
    found = told(imported("verify", "--json"))
    (line,) = found["missing_here"]
    named = (line["what"], line["run_id"], line["key"], line["step"])
    assert named == ("point", run_id("platform"), "loss", 2)


def test_a_point_dropped_from_the_source_is_missing_there(
    imported: Exit, change: Change, run_id: RunId
) -> None:
    change(
        "DELETE FROM metrics WHERE key = 'loss' AND step = 2 AND run_uuid = ?",
        run_id("platform"),
    )
    found = told(imported("verify", "--json"))
    (line,) = found["missing_there"]
    assert (line["key"], line["step"], found["holds"]) == ("loss", 2, False)


def test_a_doubled_point_is_missing_there(imported: Exit, run_id: RunId) -> None:
    run = run_id("platform")
    rewrite(run, lambda points: points.append(archived_loss(run)))
    (line,) = told(imported("verify", "--json"))["missing_there"]
    assert (line["key"], line["step"]) == ("loss", 2)


def test_two_swapped_values_differ_at_both_steps(imported: Exit, run_id: RunId) -> None:
    run = run_id("platform")
    first, second = archived_loss(run), archived_loss(run, step=3)
    replace(run, first, first._replace(bits=second.bits))
    replace(run, second, second._replace(bits=first.bits))
    found = told(imported("verify", "--json"))
    steps = [line["step"] for line in found["differ"] if line["what"] == "point"]
    assert steps == [2, 3]


def test_two_swapped_values_of_the_source_differ_at_both_steps(
    imported: Exit, change: Change, run_id: RunId
) -> None:
    change(
        "UPDATE metrics SET step = 5 - step WHERE key = 'loss' AND step IN (2, 3) "
        "AND run_uuid = ?",
        run_id("platform"),
    )
    found = told(imported("verify", "--json"))
    assert [line["step"] for line in found["differ"]] == [2, 3]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE params SET value = 'sgd' WHERE key = 'optimizer'",
        "UPDATE params SET key = 'Optimizer' WHERE key = 'optimizer'",
        "DELETE FROM params WHERE key = 'optimizer'",
        "INSERT INTO params SELECT 'optimizer ', value, run_uuid FROM params "
        "WHERE key = 'optimizer'",
        "UPDATE tags SET value = NULL WHERE key = 'empty'",
        "DELETE FROM tags WHERE key = 'note'",
        "INSERT INTO experiment_tags VALUES ('k', 'v', 1)",
        "UPDATE experiments SET lifecycle_stage = 'active' WHERE experiment_id = 2",
        "UPDATE runs SET lifecycle_stage = 'active' WHERE name = 'deleted'",
        "UPDATE runs SET experiment_id = 2 WHERE name = 'failed'",
        "UPDATE metrics SET timestamp = timestamp + 1 WHERE key = 'Loss'",
        "UPDATE metrics SET is_nan = 0 WHERE key = 'odd' AND step = 3",
        "INSERT INTO metrics SELECT key, value, timestamp + 1, run_uuid, step, is_nan "
        "FROM metrics WHERE key = 'Loss'",
    ],
)
def test_anything_changed_in_the_source_counts(
    imported: Exit, change: Change, sql: str
) -> None:
    change(sql)
    found = told(imported("verify", "--json"))
    names = ("differ", "missing_here", "missing_there")
    lines = [line for name in names for line in found[name]]
    assert lines
    assert all(line.get("run_id") or line["experiment_id"] for line in lines)
    assert found["proof"] is None


@pytest.mark.parametrize(
    "mutation",
    [
        {"is_nan": True},
        {"timestamp_ms": 12001},
        {"step": 7},
        {"key": "Loss"},
        {"bits": bits_of(-1.0)},
    ],
)
def test_any_column_of_a_point_counts(
    imported: Exit, run_id: RunId, mutation: dict[str, Any]
) -> None:
    run = run_id("platform")
    point = archived_loss(run)
    replace(run, point, point._replace(**mutation))
    code, out = imported("verify")
    assert (code, "key='loss' step=2" in out) == (1, True)


def test_the_sign_of_zero_counts(imported: Exit, run_id: RunId) -> None:
    point = archived(run_id("nasty"), "odd", 0)
    replace(run_id("nasty"), point, point._replace(bits=bits_of(-0.0)))
    code, out = imported("verify")
    assert (code, "here -0.0 (0x8000000000000000)" in out) == (1, True)


@pytest.mark.parametrize(
    ("model", "what"), [(ArchivedParam, "param"), (ArchivedTag, "tag")]
)
@pytest.mark.parametrize("mutation", ["change", "drop", "double"])
def test_params_and_tags_count(
    imported: Exit, model: type[ArchivedParam], what: str, mutation: str
) -> None:
    row = model.objects.exclude(value="").first()
    assert row is not None
    if mutation == "change":
        model.objects.filter(pk=row.pk).update(value=row.value + " ")
    elif mutation == "drop":
        row.delete()
    else:
        model.objects.create(run=row.run, key=row.key, value=row.value)
    code, out = imported("verify")
    assert (code, f"{what} run_id=" in out, f"key={row.key!r}" in out) == (
        1,
        True,
        True,
    )


def test_run_columns_count(imported: Exit, change: Change, run_id: RunId) -> None:
    change("UPDATE runs SET end_time = end_time + 1 WHERE name = 'failed'")
    code, out = imported("verify")
    assert code == 1
    named = f"column run_id='{run_id('failed')}' key='end_time': here 5000, there 5001"
    assert named in out


def test_a_new_run_is_missing_here(imported: Exit, change: Change) -> None:
    change("INSERT INTO runs (run_uuid, status, experiment_id) VALUES ('n','FAILED',1)")
    found = told(imported("verify", "--json"))
    assert found["missing_here"] == [{"what": "run", "run_id": "n"}]


def test_a_run_that_the_source_lost_is_missing_there(
    imported: Exit, change: Change, run_id: RunId
) -> None:
    """What `mlflow gc` does to a deleted run."""
    gone = run_id("deleted")
    for table in ("metrics", "tags", "runs"):
        change(f"DELETE FROM {table} WHERE run_uuid = ?", gone)
    found = told(imported("verify", "--json"))
    assert found["missing_there"] == [{"what": "run", "run_id": gone}]


def test_a_run_that_the_archive_lost_is_missing_here(
    imported: Exit, run_id: RunId
) -> None:
    ArchivedRun.objects.get(run_id=run_id("nasty")).delete()
    found = told(imported("verify", "--json"))
    assert found["missing_here"] == [{"what": "run", "run_id": run_id("nasty")}]


def test_experiments_count(imported: Exit, change: Change) -> None:
    change("UPDATE experiments SET name = 'renamed' WHERE experiment_id = 1")
    ArchivedExperiment.objects.get(experiment_id="2").delete()
    found = told(imported("verify", "--json"))
    named = [line.get("experiment_id") for line in found["differ"]]
    assert named[0] == "1"
    assert found["missing_here"] == [{"what": "experiment", "experiment_id": "2"}]


def test_a_row_that_cannot_be_read_is_listed_apart(
    imported: Exit, change: Change, run_id: RunId
) -> None:
    change("UPDATE metrics SET value = 'x' WHERE run_uuid = ?", run_id("killed"))
    found = told(imported("verify", "--json"))
    (line,) = found["unreadable"]
    named = (line["run_id"], line["key"], line["step"], line["there"])
    assert named == (run_id("killed"), "loss", 0, "'x'")
    assert (found["differ"], found["holds"], found["proof"]) == ([], False, None)


def test_verify_writes_nothing_but_its_record(imported: Exit) -> None:
    rows = list(ArchivedRun.objects.values())
    imported("verify")
    assert list(ArchivedRun.objects.values()) == rows
