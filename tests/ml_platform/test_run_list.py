"""The list: search, filters, order and pages."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.selectors import counting
from ml_platform.experiments.selectors import run_list as run_list_module
from ml_platform.experiments.selectors.run_list import (
    RunPage,
    RunQuery,
    most_excluding,
    run_list,
)
from tests.ml_platform.samples import sample_document

MakeRun = Callable[..., QuickTest]


@pytest.fixture(autouse=True)
def _runs(make_run: MakeRun) -> None:
    for name, rate, status in (
        ("alpha", 0.001, "completed"),
        ("beta", 0.1, "failed"),
        ("gamma", 0.001, "completed"),
    ):
        document = sample_document(5, status=status, seed=len(name))
        document["params"]["learning_rate"] = rate
        make_run(document, name=name)
    make_run(name="delta")


def names(**query: object) -> list[str]:
    return [run.name for run in listed(**query).runs]


def listed(**query: object) -> RunPage:
    asked = RunQuery(**query)  # type: ignore[arg-type]
    return run_list(user=AnonymousUser(), query=asked, by_status=True)


@pytest.mark.parametrize(
    "query", [{}, {"status": "failed"}, {"search": "a"}, {"search": "a", "page": 9}]
)
def test_a_page_is_the_same_where_statuses_are_not_counted(
    query: dict[str, Any],
) -> None:
    page = run_list(user=AnonymousUser(), query=RunQuery(**query))
    counted = listed(**query)
    assert list(page.runs) == list(counted.runs)
    assert replace(page, runs=counted.runs) == replace(counted, by_status={})


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("alph", ["alpha"]),
        ("#2", ["beta"]),
        ("lr:1e-3", ["gamma", "alpha"]),
        ("learning_rate:0.1", ["beta"]),
        ("opt:ADAGRAD beta", ["beta"]),
        ("a__gt:1", []),
        ("nothing", []),
        ("'; DROP TABLE", []),
    ],
)
def test_search(search: str, found: list[str]) -> None:
    assert names(search=search) == found


def test_status_counts_are_for_the_filters_in_force() -> None:
    page = listed(search="lr:1e-3", status="failed")
    assert page.by_status == {"completed": 2}
    assert (page.matching, page.total) == (0, 4)


@pytest.mark.parametrize("direction", ["", "-"])
def test_runs_without_the_value_sort_last_both_ways(direction: str) -> None:
    for column in ("test_loss", "params.learning_rate", "test_recall_at_5", "lr"):
        assert names(ordering=direction + column)[-1] in ("delta", "beta", "alpha")
    assert names(ordering=f"{direction}params.learning_rate")[-1] == "delta"


def test_any_param_orders() -> None:
    assert names(ordering="-params.learning_rate")[0] == "beta"
    assert names(ordering="params.learning_rate")[:2] == ["gamma", "alpha"]


def test_a_page_beyond_the_last_is_the_last() -> None:
    page = listed(page=99, page_size=3)
    assert (page.query.page, page.first, page.last) == (2, 4, 4)


def test_of_many_runs_only_those_about_the_page_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(counting, "MANY", 3)
    monkeypatch.setattr(run_list_module, "MANY", 3)
    monkeypatch.setattr(run_list_module, "AHEAD", 1)
    page = listed(page_size=1)
    assert (page.total, page.matching, page.counts_exact) == (4, 2, False)
    assert page.by_status == {"submitted": 1, "completed": 1}
    assert listed(page_size=1, status="failed").matching == 1
    assert [run.name for run in listed(page=2, page_size=1).runs] == ["gamma"]
    assert listed(page=99, page_size=1).page_count == 3


@pytest.mark.parametrize(
    ("query", "worst"),
    [
        ({"search": "lr:1e-3", "status": "failed"}, ("status", 2)),
        ({"search": "beta", "status": "failed", "model": "Ranking"}, ("model", 1)),
        ({"search": "nothing", "status": "failed"}, ("search", 1)),
        ({"search": "nothing", "model": "Ranking"}, ("", 0)),
    ],
)
def test_the_filter_that_excludes_most_is_named(
    query: dict[str, str], worst: tuple[str, int]
) -> None:
    asked = RunQuery(**query)  # type: ignore[arg-type]
    assert listed(**query).matching == 0
    assert most_excluding(user=AnonymousUser(), query=asked) == worst


def test_the_list_reads_no_history(django_assert_num_queries: Callable) -> None:
    with django_assert_num_queries(3) as captured:
        list(listed().runs)
    assert not any("training_history_json" in q["sql"] for q in captured)
