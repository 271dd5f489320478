"""Leaderboard, scatter and heat map as the server answers: peers, ranks, omissions."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.presenters.finals import metric_names, metric_of
from ml_platform.experiments.selectors import rankings
from ml_platform.experiments.selectors.rankings import (
    Measure,
    best_runs,
    board_get,
    peers_list,
)
from tests.ml_platform.samples import sample_document

MakeRun = Callable[..., QuickTest]
ANYONE = AnonymousUser()


@pytest.fixture
def make_measured(make_run: MakeRun) -> Callable[..., QuickTest]:
    """Makes a run with that recall@10, under a protocol that can be made another."""

    def make(
        recall: float | None, name: str, split: str = "time", hit: str = "bought"
    ) -> QuickTest:
        document = sample_document(3)
        document["run"]["evaluation"] |= {"split": split, "k_counts": hit}
        document["final_metrics"]["test_recall_at_10"] = recall
        if recall is None:
            del document["final_metrics"]["test_recall_at_10"]
        return make_run(document, name=name)

    return make


def board(page: int = 1, worst_first: bool = False) -> rankings.Board:
    return board_get(
        user=ANYONE,
        peers=peers_list(user=ANYONE)[0],
        measure=Measure("test_recall_at_10", higher_is_better=True),
        worst_first=worst_first,
        page=page,
    )


def test_only_runs_evaluated_alike_are_ranked_and_ties_share(
    make_measured: Callable[..., QuickTest],
) -> None:
    for value, name in ((0.2, "low"), (0.5, "b"), (0.5, "a"), (None, "unmeasured")):
        make_measured(value, name)
    make_measured(0.9, "another split", split="random")
    make_measured(0.9, "another hit", hit="viewed")
    found = board()
    ranks = [(row.run.name, row.rank) for row in found.rows]
    assert ranks == [("a", 1), ("b", 1), ("low", 3)]
    assert (found.count, found.best) == (3, 0.5)
    assert [row.rank for row in board(worst_first=True).rows] == [3, 1, 1]
    assert [peers.count for peers in peers_list(user=ANYONE)] == [4, 1, 1]


def test_pages_go_on_counting(
    make_measured: Callable[..., QuickTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rankings, "PAGE_SIZE", 2)
    for value in (0.1, 0.2, 0.3):
        make_measured(value, f"at {value}")
    assert [(row.run.name, row.rank) for row in board(page=99).rows] == [("at 0.1", 3)]
    assert board().page_count == 2


def test_a_final_without_a_column_ranks_too(
    user_client: Client, make_run: MakeRun
) -> None:
    for share in (0.25, 0.75):
        document = sample_document(3)
        document["final_metrics"]["it's covered__gt"] = share
        make_run(document, name=f"covers {share}")
    query = {"metric": "it's covered__gt"}
    page = user_client.get("/experiments/leaderboard/", query).content.decode()
    assert page.index("covers 0.75") < page.index("covers 0.25")
    assert "−0.500" in page


def test_the_page_says_which_protocol_and_what_is_left_out(
    user_client: Client, make_measured: Callable[..., QuickTest]
) -> None:
    make_measured(0.2, "measured")
    make_measured(None, "unmeasured")
    make_measured(0.9, "elsewhere", split="random")
    page = user_client.get("/experiments/leaderboard/").content.decode()
    assert "<b>by time, 3,609 candidates, bought</b>" in page
    assert "1 of 2 runs has no Test recall@10, % and is left out." in page
    assert "elsewhere" not in page
    key = re.search(r'<option value="(random[^"]*)"', page)
    assert key
    other = user_client.get("/experiments/leaderboard/", {"protocol": key[1]})
    assert "elsewhere" in other.content.decode()


def test_the_heat_map_takes_the_lowest_losses(
    user_client: Client, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rankings, "MOST_ROWS", 2)
    for loss in (7.0, 5.0, 6.0):
        document = sample_document(3)
        document["loss"]["val_loss"] = [loss] * 3
        make_run(document, name=f"loss {loss}")
    [peers] = peers_list(user=ANYONE)
    names = [run.name for run in best_runs(user=ANYONE, peers=peers)]
    assert names == ["loss 5.0", "loss 6.0"]
    page = user_client.get("/experiments/heatmap/").content.decode()
    assert "the best 2 runs of 3, best first" in page


@pytest.mark.parametrize("view", ["leaderboard", "scatter", "heatmap"])
def test_nothing_asked_of_no_run_or_nonsense_is_an_error(
    user_client: Client, make_run: MakeRun, view: str
) -> None:
    make_run()
    assert b"No run to rank yet" in user_client.get(f"/experiments/{view}/").content
    make_run(sample_document(3))
    query = "model=%00&protocol='&metric=a__gt&param=%00&page=0&scale=x&order=y"
    assert user_client.get(f"/experiments/{view}/?{query}").status_code == 200


def test_no_history_is_read_and_queries_do_not_grow(
    user_client: Client,
    make_measured: Callable[..., QuickTest],
    django_assert_num_queries: Callable,
) -> None:
    for index in range(8):
        make_measured(index / 10, f"run {index}")
    user_client.get("/experiments/leaderboard/")  # the session is written once
    for view, count in (("leaderboard", 7), ("scatter", 5), ("heatmap", 6)):
        with django_assert_num_queries(count) as captured:
            user_client.get(f"/experiments/{view}/")
        assert not any("training_history_json" in q["sql"] for q in captured)


def test_metrics_are_told_by_their_names() -> None:
    ranked = [metric_of(name) for name in ("test_loss", "my_ndcg", "test_rmse", "auc")]
    assert [m.higher_is_better for m in ranked] == [False, True, False, True]
    assert metric_of("test_recall_at_7").word == "Test recall@7, %"
    assert metric_of("test_recall_at_7").show(0.0712) == "7.12"
    words = [metric_of(f"test_{kind}_recall_at_10").word for kind in ("user", "other")]
    assert words == ["Test recall@10 by buyer, %", "test_other_recall_at_10, %"]
    told = {
        "test_rmse": "Test RMSE",
        "test_train_mean_rmse": "Training mean's RMSE",
        "test_user_popularity_recall_at_5": "Popularity recall@5 by buyer, %",
        "test_user_ndcg_at_5": "Test NDCG@5 by buyer, %",
    }
    assert {name: metric_of(name).word for name in told} == told
    assert metric_of("x").best([1.0, 1.0]) is None
    assert metric_names([{"z": 1, "test_loss": 2.0, "note": "text"}]) == [
        "best_val_loss",
        "test_loss",
        "z",
    ]
