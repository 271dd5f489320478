"""Calls that read: list, detail, history, histograms, downloads."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.services.quick_tests import quick_test_create
from tests.ml_platform.samples import sample_document

MakeRun = Callable[..., QuickTest]
PATHS = (
    "",
    "1/",
    "1/training-history/",
    "1/histogram-data/",
    "1/training-metrics.json",
    "1/training-metrics.csv",
)


@pytest.mark.parametrize("path", PATHS)
def test_strangers_are_refused(client: Client, db: None, path: str) -> None:
    response = client.get(f"/experiments/api/quick-tests/{path}")
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "not_authenticated"


@pytest.mark.parametrize("path", PATHS[1:])
def test_an_unknown_run_is_not_found(user_client: Client, path: str) -> None:
    response = user_client.get(f"/experiments/api/quick-tests/{path}")
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "run_not_found"


def test_the_list_carries_finals_and_params(
    user_client: Client, sample_run: QuickTest
) -> None:
    answer = user_client.get("/experiments/api/quick-tests/").json()
    row = answer["quick_tests"][0]
    assert (answer["success"], answer["count"]) == (True, 1)
    assert row["final_metrics"]["test_recall_at_10"] == 0.067
    assert row["params"]["learning_rate"] == 0.001
    assert "training_history_json" not in row


@pytest.mark.parametrize(
    "query",
    ["page=0", "page_size=101", "page=x", "ordering=" + "x" * 300, "page=99999999"],
)
def test_a_query_out_of_range_is_refused(user_client: Client, query: str) -> None:
    response = user_client.get(f"/experiments/api/quick-tests/?{query}")
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "bad_request"


def test_the_history_comes_from_the_cache(
    user_client: Client, sample_run: QuickTest
) -> None:
    path = f"/experiments/api/quick-tests/{sample_run.pk}/training-history/"
    answer = user_client.get(path).json()
    assert answer["source"] == "cache"
    assert answer["training_history"] == sample_run.training_history_json


def test_a_run_that_nobody_announced_is_read_from_the_store(
    user_client: Client, make_run: MakeRun
) -> None:
    run = make_run(sample_document(5), cached=False)
    path = f"/experiments/api/quick-tests/{run.pk}/training-history/"
    assert user_client.get(path).json()["source"] == "store"
    assert user_client.get(path).json()["source"] == "cache"


def test_an_unchanged_history_is_not_sent_again(
    user_client: Client, sample_run: QuickTest
) -> None:
    path = f"/experiments/api/quick-tests/{sample_run.pk}/training-history/"
    etag = user_client.get(path).headers["ETag"]
    again = user_client.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


def test_histograms_hold_every_tower(
    user_client: Client, sample_run: QuickTest
) -> None:
    path = f"/experiments/api/quick-tests/{sample_run.pk}/histogram-data/"
    answer = user_client.get(path).json()
    data = answer["histogram_data"]
    assert set(data["weight_stats"]) == set(data["gradient_stats"])
    histogram = data["weight_stats"]["query"]["histogram"]
    assert len(histogram["bin_edges"]) == len(histogram["counts"][0]) + 1
    assert len(histogram["counts"]) == len(answer["epochs"]) == 60
    assert sum(histogram["counts"][0]) == 255_296


def test_the_document_is_served_whole(
    user_client: Client, sample_run: QuickTest
) -> None:
    path = f"/experiments/api/quick-tests/{sample_run.pk}/training-metrics.json"
    response = user_client.get(path)
    assert json.loads(response.content)["weight_stats"]["query"]["histogram"]
    assert 'filename="run-1-sample.json"' in response.headers["Content-Disposition"]


def test_the_csv_tells_absent_from_nan_from_infinity(
    user_client: Client, sample_run: QuickTest
) -> None:
    path = f"/experiments/api/quick-tests/{sample_run.pk}/training-metrics.csv"
    rows = list(csv.DictReader(io.StringIO(user_client.get(path).content.decode())))
    assert rows[11]["loss.val_loss"] == "NaN"
    assert rows[12]["loss.loss"] == "Infinity"
    assert rows[32]["loss.val_loss"] == ""
    assert rows[0]["epoch"] == "1"


def test_the_csv_holds_only_the_series_asked_for(
    user_client: Client, sample_run: QuickTest
) -> None:
    path = f"/experiments/api/quick-tests/{sample_run.pk}/training-metrics.csv"
    asked = "series=loss.val_loss&series=gradient.query&series=unknown"
    text = user_client.get(f"{path}?{asked}").content.decode()
    assert text.splitlines()[0] == "epoch,loss.val_loss,gradient.query"


def test_a_hostile_name_is_no_formula_and_no_path(
    user_client: Client, make_run: MakeRun
) -> None:
    document = sample_document(2)
    document["metrics"]["=cmd|'/c calc'!A1"] = [1.0, 2.0]
    run = make_run(document, name='../../"; rm -rf /\r\nSet-Cookie: x=1')
    path = f"/experiments/api/quick-tests/{run.pk}/training-metrics.csv"
    response = user_client.get(path)
    head = next(csv.reader(io.StringIO(response.content.decode())))
    assert not any(name.startswith("=") for name in head)
    assert response.headers["Content-Disposition"] == (
        'attachment; filename="run-1-rm--rf-Set-Cookie-x-1.csv"'
    )


def test_a_platform_can_hide_runs(
    user_client: Client, sample_run: QuickTest, settings: Any
) -> None:
    settings.TRACKLESS_RUN_FILTER = "tests.ml_platform.test_api_reading.nobody_sees"
    base = "/experiments/api/quick-tests/"
    assert user_client.get(base).json()["total"] == 0
    for path in PATHS[1:]:
        hidden = user_client.get(base + path.replace("1/", f"{sample_run.pk}/", 1))
        assert hidden.status_code == 404
    assert user_client.get(f"/experiments/{sample_run.pk}/").status_code == 404


def test_what_a_team_may_not_see_is_nowhere(
    user_client: Client, make_run: MakeRun, settings: Any
) -> None:
    settings.TRACKLESS_RUN_FILTER = "tests.ml_platform.test_api_reading.own_team_sees"
    own = [make_run(sample_document(3), name=f"ours {i}").pk for i in range(2)]
    hidden = make_run(sample_document(3), name="theirs").pk
    base = "/experiments/api/quick-tests/"
    for query in ("", "?search=theirs", "?status=completed"):
        told = user_client.get(base + query).json()
        shown = [run["id"] for run in told["quick_tests"]]
        assert hidden not in shown
        assert (told["count"], told["total"]) == (len(shown), 2)
    for path in PATHS[1:]:
        answer = user_client.get(base + path.replace("1/", f"{hidden}/", 1))
        assert (answer.status_code, b"theirs" in answer.content) == (404, False)

    def compared(*ids: int) -> int:
        return user_client.post(
            "/experiments/api/experiments/compare/",
            {"ids": ids},
            content_type="application/json",
        ).status_code

    assert compared(*own) == 200
    assert compared(own[0], hidden) == 404
    pages = ("", "runs.csv", f"compare/?ids={own[0]},{own[1]},{hidden}")
    for page in pages:
        answer = user_client.get(f"/experiments/{page}")
        assert (answer.status_code, b"theirs" in answer.content) == (200, False)
    assert b"ours 1" in user_client.get("/experiments/runs.csv").content


def own_team_sees(user: Any, runs: Any) -> Any:
    """A team's filter that shows what is its own."""
    return runs.filter(name__startswith="ours")


def nobody_sees(user: Any, runs: Any) -> Any:
    """A team's filter that hides everything."""
    return runs.none()


@pytest.mark.parametrize("count", [1001, 1200])
def test_too_many_series_are_refused_in_the_one_shape(
    user_client: Client, sample_run: QuickTest, count: int
) -> None:
    path = f"/experiments/api/quick-tests/{sample_run.pk}/training-metrics.csv"
    answer = user_client.get(f"{path}?{'&'.join(['series='] * count)}")
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "bad_request"


def test_a_run_that_never_began_is_told_alike_in_the_list_and_by_itself(
    user_client: Client,
) -> None:
    run = quick_test_create(name="bare", params={"lr": 0.1})

    row = user_client.get("/experiments/api/quick-tests/").json()["quick_tests"][0]

    assert (
        row
        == user_client.get(f"/experiments/api/quick-tests/{run.pk}/").json()[
            "quick_test"
        ]
    )
    told = {name for name, value in row.items() if value is not None}
    assert told == {
        "id",
        "number",
        "name",
        "status",
        "created_at",
        "final_metrics",
        "params",
        "artifacts_uri",
        "url",
    }
