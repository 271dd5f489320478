"""What went wrong in the field, row by row of its table: here it does not.

Rows 3, 4, 7, 11 to 13, 16 and 18 concern other rooms.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.services.reconciling import runs_backfill, runs_reconcile
from tests.ml_platform.samples import sample_document

MakeRun = Callable[..., QuickTest]


def test_row_1_a_run_without_an_mlflow_id_is_cached_without_a_page_view(
    make_run: MakeRun,
) -> None:
    """Caching returned early for those, so for every new run."""
    run = make_run(sample_document(3), cached=False)
    assert runs_reconcile().cached == 1
    run.refresh_from_db()
    assert (run.mlflow_run_id, run.epoch_count) == ("", 3)


@pytest.mark.parametrize("status", ["failed", "interrupted"])
def test_row_2_a_run_that_did_not_complete_is_cached_with_its_status(
    make_run: MakeRun, status: str
) -> None:
    run = make_run(sample_document(3, status=status))
    assert (run.status, run.has_history) == (status, True)


def test_row_5_what_was_logged_once_is_no_series(make_run: MakeRun) -> None:
    """A single value became a list of one element among lists of fifty."""
    document = sample_document(50)
    document["final_metrics"]["test_coverage"] = 0.5
    document["metrics"]["late"] = [None] * 49 + [0.25]
    history = make_run(document).training_history_json
    groups = ("loss", "gradient", "metrics")
    lengths = {len(values) for group in groups for values in history[group].values()}
    assert lengths == {50}
    assert history["final_metrics"]["test_coverage"] == 0.5
    assert history["metrics"]["late"][-2:] == [None, 0.25]


def test_row_6_no_bare_nan_reaches_database_or_browser(
    user_client: Client, sample_run: QuickTest
) -> None:
    path = f"/experiments/api/quick-tests/{sample_run.pk}/training-history/"
    text = user_client.get(path).content.decode()

    def refuse(token: str) -> None:
        raise AssertionError(token)

    told = json.loads(text, parse_constant=refuse)["training_history"]
    kinds = {mark["kind"] for mark in told["anomalies"]}
    assert kinds == {"nan", "+inf"}
    assert told["loss"]["val"][11] is None


def test_row_8_params_are_whole_aucs_are_seen_and_nothing_is_cached_twice(
    make_run: MakeRun,
) -> None:
    document = sample_document(3)
    document["final_metrics"]["test_auc_roc"] = 0.75
    document["params"]["text"] = "x" * 9000
    run = make_run(document)
    assert run.params == document["params"]
    assert run.test_auc_roc == 0.75
    assert runs_backfill(limit=None, force=True).unchanged == 1


def test_row_9_zero_is_a_value(user_client: Client, make_run: MakeRun) -> None:
    """`a or b` treated 0.0 as missing."""
    document = sample_document(3)
    document["final_metrics"]["test_loss"] = 0.0
    document["loss"]["val_loss"] = [0.0, 1.0, 2.0]
    document["params"]["learning_rate"] = 0
    run = make_run(document)
    [row] = user_client.get("/experiments/api/quick-tests/").json()["quick_tests"]
    assert (row["final_metrics"]["test_loss"], row["best_val_loss"]) == (0.0, 0.0)
    assert (run.test_loss, row["params"]["learning_rate"]) == (0.0, 0)


def test_row_10_where_there_is_nothing_to_show_there_is_a_reason(
    user_client: Client, make_run: MakeRun
) -> None:
    """A reader that was missing said "loading…" for ever."""
    path = f"/experiments/api/quick-tests/{make_run().pk}/training-history/"
    told = user_client.get(path).json()["training_history"]
    assert (told["available"], told["reason"]) == (False, "DOCUMENT_MISSING")
    assert told["message"]


def test_row_14_retention_asks_the_cache_first(make_run: MakeRun) -> None:
    """Artifacts were deleted after seven days, cached or not."""
    kept, pruned = (
        make_run(sample_document(3), cached=False),
        make_run(sample_document(3)),
    )
    long_ago = timezone.now() - timedelta(days=100)
    QuickTest.objects.update(status="completed", ended_at=long_ago)
    with pytest.raises(SystemExit) as ended:
        call_command("prune_artifacts", "--older-than", "90", "--yes")
    assert ended.value.code == 1
    there = [
        Path(r.gcs_artifacts_path, "training_metrics.json") for r in (kept, pruned)
    ]
    assert [path.exists() for path in there] == [True, False]


def test_row_15_a_limited_backfill_goes_on_and_looks_before_it_says_ok(
    make_run: MakeRun,
) -> None:
    """`--limit` started over at the same rows, and success was not looked at."""
    bad = [make_run() for _ in range(2)]
    good = make_run(sample_document(3), cached=False)
    first, second = (runs_backfill(limit=2, force=False) for _ in range(2))
    assert (first.cached, first.unavailable) == (0, len(bad))
    assert second.cached == 1
    good.refresh_from_db()
    assert good.has_history


def test_row_17_the_best_epoch_is_never_sampled_away(make_run: MakeRun) -> None:
    """Every fifth epoch was kept, by its index."""
    document: dict[str, Any] = sample_document(1_000, marks=False)
    document["loss"]["val_loss"][777] = 0.001
    run = make_run(document)
    assert 778 in run.training_history_json["epochs"]
    assert run.best_epoch == 778
