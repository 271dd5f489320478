"""`mlflow_exit points`: the archived points as CONTRACT 5 prints them."""

import json
from collections.abc import Callable

import pytest
from django.core.management import CommandError

from tests.ml_platform.mlflow_exit.conftest import Change, Exit

RunId = Callable[[str], str]


def test_points_come_sorted_with_exact_values(mlflow_exit: Exit, run_id: RunId) -> None:
    mlflow_exit("import")
    code, out = mlflow_exit("points", run_id("nasty"), "--json")
    assert code == 0
    assert [json.loads(line) for line in out.splitlines()] == [
        ["Loss", 0, "1.0", 1, False],
        ["dir/deep/loss", 0, "2.0", 1, False],
        ["größe der Ebene", 0, "2.0", 1, False],
        ["loss", 0, "2.0", 1, False],
        ["odd", 0, "0.0", 1, False],  # SQLite keeps no −0.0
        ["odd", 1, "5e-324", 1, False],
        ["odd", 2, "-1.7976931348623157e+308", 1, False],
        ["odd", 3, "nan", 1, True],
        ["odd", 4, "0.30000000000000004", 1, False],
        ["same", 1, "1.0", 7, False],
        ["same", 1, "2.0", 7, False],
        ["same", 1, "1.0", 8, False],
        ["steps", -5, "1.0", 1, False],
        ["steps", 0, "3.0", 1, False],
        ["steps", 2**53 + 1, "2.0", 1, False],
        ["steps", 2**63 - 1, "2.5", 1, False],
    ]


def test_at_one_step_and_time_a_nan_comes_after_the_numbers(
    mlflow_exit: Exit, change: Change, run_id: RunId
) -> None:
    for value, is_nan in ((0.0, 1), (-1.0, 0), (2.0, 0)):
        change(
            "INSERT INTO metrics VALUES ('k', ?, 5, ?, 1, ?)",
            value,
            run_id("nested"),
            is_nan,
        )
    mlflow_exit("import")
    _, out = mlflow_exit("points", run_id("nested"), "--json")
    values = [json.loads(line)[2] for line in out.splitlines()]
    assert values == ["-1.0", "2.0", "nan"]


def test_without_json_a_point_is_a_line_of_columns(
    mlflow_exit: Exit, run_id: RunId
) -> None:
    mlflow_exit("import")
    assert mlflow_exit("points", run_id("failed")) == (
        0,
        "loss\t0\t2.5\t1000\tFalse\n",
    )


def test_an_unknown_run_is_named(mlflow_exit: Exit) -> None:
    with pytest.raises(CommandError, match="run 'nope': not in the archive") as met:
        mlflow_exit("points", "nope")
    assert met.value.returncode == 2
