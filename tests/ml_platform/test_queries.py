"""How many queries each call makes, whatever it answers with.

Two of each count are the session and its user.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from ml_platform.experiments.models import QuickTest
from tests.ml_platform.samples import sample_document

API = "/experiments/api"


@pytest.fixture
def runs(make_run: Callable[..., QuickTest]) -> list[int]:
    return [make_run(sample_document(3, seed=seed)).pk for seed in range(10)]


@pytest.mark.parametrize(
    ("query", "queries"),
    [
        ("", 4),
        ("?page=2&page_size=3", 4),
        ("?status=completed&search=run+lr:1e-3&ordering=-test_recall_at_10", 5),
    ],
)
def test_the_list(
    user_client: Client,
    runs: list[int],
    django_assert_num_queries: Callable[..., Any],
    query: str,
    queries: int,
) -> None:
    with django_assert_num_queries(queries) as captured:
        answer = user_client.get(f"{API}/quick-tests/{query}")
    assert answer.json()["count"] == 10
    assert not any("training_history_json" in q["sql"] for q in captured)


@pytest.mark.parametrize("call", ["", "training-history/"])
def test_one_run(
    user_client: Client,
    runs: list[int],
    django_assert_num_queries: Callable[..., Any],
    call: str,
) -> None:
    with django_assert_num_queries(3):
        answer = user_client.get(f"{API}/quick-tests/{runs[0]}/{call}")
    assert answer.status_code == 200


@pytest.mark.parametrize("count", [2, 10])
def test_comparing(
    user_client: Client,
    runs: list[int],
    django_assert_num_queries: Callable[..., Any],
    count: int,
) -> None:
    with django_assert_num_queries(4) as captured:
        answer = user_client.post(
            f"{API}/experiments/compare/",
            {"ids": runs[:count]},
            content_type="application/json",
        )
    assert len(answer.json()["runs"]) == count
    assert not any("training_history_json" in q["sql"] for q in captured)


def test_a_token_costs_one_query_and_one_note_of_its_use_a_minute(
    runs: list[int], django_assert_num_queries: Callable[..., Any]
) -> None:
    from django.contrib.auth import get_user_model

    from ml_platform.experiments.services.api_tokens import token_create

    user = get_user_model().objects.create(username="program")
    bearer = {"Authorization": f"Bearer {token_create(user=user, name='')}"}
    for queries in (3, 2, 2):
        with django_assert_num_queries(queries):
            Client().get(f"{API}/quick-tests/{runs[0]}/", headers=bearer)


@pytest.mark.django_db
def test_a_run_of_mlflow_is_found_by_an_index() -> None:
    QuickTest.objects.bulk_create(
        QuickTest(number=n, name="imported", mlflow_run_id=f"{n:032x}")
        for n in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    found = QuickTest.objects.filter(mlflow_run_id=f"{7:032x}").order_by("pk")
    assert "run_mlflow_run" in found.values_list("pk").explain()
