"""`mlflow_exit inventory`: every run, its counts, its match, the warnings."""

from collections.abc import Callable

from ml_platform.experiments.services.quick_tests import quick_test_create
from tests.ml_platform.mlflow_exit.conftest import Change, Exit, told

RunId = Callable[[str], str]


def test_every_run_is_told_with_what_is_special(mlflow_exit: Exit) -> None:
    found = told(mlflow_exit("inventory", "--json"))
    assert {run["name"]: run["kinds"] for run in found["runs"]} == {
        "platform": [],
        "nasty": [],
        "failed": ["failed"],
        "killed": ["killed"],
        "running": ["running"],
        "nested": ["nested", "empty"],
        "deleted": ["deleted"],
        "in a deleted experiment": ["deleted", "empty"],
    }


def test_counts_are_the_sources(mlflow_exit: Exit) -> None:
    # The platform's run: 6 epochs of 33 metrics, a missing bin, three finals.
    found = told(mlflow_exit("inventory", "--json"))
    runs = {run["name"]: run for run in found["runs"]}
    counted = [runs["platform"][name] for name in ("points", "params", "nans")]
    assert counted == [6 * 33 - 1 + 3, 3, 1]
    assert runs["nasty"]["infinities"] == 1
    assert found["totals"] == {
        "experiments": 3,
        "runs": 8,
        "points": 220,
        "params": 6,
        "tags": 11,
        "matched": 0,
    }


def test_runs_are_matched_with_quick_tests(mlflow_exit: Exit, run_id: RunId) -> None:
    ours = quick_test_create(name="ours", params={})
    ours.mlflow_run_id = run_id("nasty")
    ours.save()
    lost = quick_test_create(name="lost", params={})
    lost.mlflow_run_id = "0" * 32
    lost.save()
    found = told(mlflow_exit("inventory", "--json"))
    matched = {run["name"]: run["quick_tests"] for run in found["runs"]}
    assert (matched["nasty"], matched["failed"]) == ([ours.pk], [])
    assert any("0000, which this source does not hold" in w for w in found["warnings"])


def test_a_person_is_warned(mlflow_exit: Exit, run_id: RunId) -> None:
    _, out = mlflow_exit("inventory")
    assert "warning: do not run `mlflow gc` before the import is verified" in out
    assert f"warning: run {run_id('running')}: RUNNING; it may still write" in out
    assert (
        f"warning: run {run_id('nasty')}: 1 values at ±1.7976931348623157e308; "
        "they were infinities" in out
    )


def test_rows_that_are_not_imported_are_named(
    mlflow_exit: Exit, change: Change
) -> None:
    change("INSERT INTO datasets VALUES ('u', 1, 'n', 'd', 't', 's', NULL, NULL)")
    _, out = mlflow_exit("inventory")
    assert "warning: table datasets: 1 rows, which the import does not read" in out


def test_orphans_are_told(mlflow_exit: Exit, change: Change) -> None:
    change("INSERT INTO metrics VALUES ('k', 1.0, 1, 'gone', 0, 0)")
    _, out = mlflow_exit("inventory")
    assert "run gone '' (no run, orphan): 1 points" in out
    assert "warning: run gone: rows without a run; they are archived" in out
