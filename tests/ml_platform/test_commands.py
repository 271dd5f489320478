"""The management commands, run as people run them."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from ml_platform.experiments.models import QuickTest
from tests.ml_platform.samples import sample_document, write_document

MakeRun = Callable[..., QuickTest]


def run_command(*arguments: str) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command(*arguments, stdout=out)
    except SystemExit as stop:
        return int(stop.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_the_reconciler_finds_what_was_never_announced(make_run: MakeRun) -> None:
    lost = make_run(sample_document(5), cached=False)
    make_run(sample_document(5))
    code, out = run_command("reconcile_training_cache", "--json")
    assert (code, json.loads(out)["cached"]) == (0, 1)
    lost.refresh_from_db()
    assert lost.epoch_count == 5


def test_a_run_that_died_without_a_word_is_declared_over(make_run: MakeRun) -> None:
    silent = make_run(sample_document(5, status="running"))
    young = make_run()
    old = timezone.now() - timedelta(hours=25)
    QuickTest.objects.filter(pk=silent.pk).update(created_at=old, started_at=old)
    history = silent.training_history_json | {"saved_at": old.isoformat()}
    QuickTest.objects.filter(pk=silent.pk).update(training_history_json=history)
    code, out = run_command("reconcile_training_cache", "--json")
    assert (code, json.loads(out)["declared_over"]) == (0, 1)
    silent.refresh_from_db()
    young.refresh_from_db()
    assert (silent.status, silent.epoch_count) == ("interrupted", 5)
    assert silent.training_history_json["error"]["kind"] == "run_silent"
    assert young.status == "submitted"
    _, out = run_command("reconcile_training_cache", "--json")
    assert json.loads(out)["declared_over"] == 0


def test_silent_hours_must_be_positive(db: None) -> None:
    with pytest.raises(CommandError, match="--silent-hours 0: use more than 0"):
        call_command("reconcile_training_cache", "--silent-hours", "0")


def test_one_bad_run_never_stops_the_backfill(make_run: MakeRun) -> None:
    bad = make_run()
    Path(bad.gcs_artifacts_path).mkdir(parents=True)
    (Path(bad.gcs_artifacts_path) / "training_metrics.json").write_text("{")
    good = make_run(sample_document(5), cached=False)
    code, out = run_command("backfill_training_cache", "--json")
    assert code == 1
    assert json.loads(out)["done"] == {
        "looked_at": 2,
        "cached": 1,
        "unchanged": 0,
        "unavailable": 1,
        "store_away": 0,
        "declared_over": 0,
        "job_away": 0,
        "left_to_others": 0,
    }
    good.refresh_from_db()
    assert good.has_history


def test_a_limited_backfill_goes_on_where_it_stopped(make_run: MakeRun) -> None:
    """FIELD row 15: the old one restarted at the same rows."""
    for _ in range(3):
        make_run()
    last = make_run(sample_document(5), cached=False)
    for _ in range(2):
        run_command("backfill_training_cache", "--limit", "2")
    last.refresh_from_db()
    assert last.has_history


def test_a_dry_run_only_counts(make_run: MakeRun) -> None:
    run = make_run(sample_document(5), cached=False)
    code, out = run_command("backfill_training_cache", "--dry-run")
    assert (code, out.strip()) == (
        0,
        "0 ended, 0 with an MLflow id, 0 cached, 1 to do",
    )
    run.refresh_from_db()
    assert run.training_history_json is None


def test_force_reads_cached_runs_again(make_run: MakeRun) -> None:
    run = make_run(sample_document(5))
    write_document(Path(run.gcs_artifacts_path), sample_document(9))
    run_command("backfill_training_cache", "--force")
    run.refresh_from_db()
    assert run.epoch_count == 9


def test_login_link_prints_an_address(db: None) -> None:
    code, out = run_command("login_link", "--base-url", "http://h:1/")
    assert code == 0
    assert out.startswith("http://h:1/login/")


def test_login_link_of_an_unknown_user_says_what_to_do(db: None) -> None:
    with pytest.raises(CommandError, match="'ana': not found; make it with"):
        call_command("login_link", "--user", "ana")
