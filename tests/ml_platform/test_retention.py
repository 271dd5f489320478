"""Retention: what is pruned, what stays, and that it can always be told."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from ml_platform.experiments.models import QuickTest, Receipt
from ml_platform.experiments.services import removing
from tests.ml_platform.samples import sample_document, write_document
from tests.support.gcs import Gcs

MakeRun = Callable[..., QuickTest]


def aged(run: QuickTest) -> QuickTest:
    """Lets the run have ended a hundred days ago."""
    long_ago = timezone.now() - timedelta(days=100)
    QuickTest.objects.filter(pk=run.pk).update(
        ended_at=long_ago, created_at=long_ago, status="completed"
    )
    run.refresh_from_db()
    return run


@pytest.fixture
def old_run(make_run: MakeRun) -> MakeRun:
    """Makes a run that ended a hundred days ago, with its document."""
    return lambda cached=True: aged(make_run(sample_document(5), cached=cached))


def command(*arguments: str) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command(*arguments, stdout=out)
    except SystemExit as stop:
        return int(str(stop.code)), out.getvalue()
    return 0, out.getvalue()


def pruned(*arguments: str) -> tuple[int, dict[str, Any]]:
    code, out = command("prune_artifacts", "--yes", "--json", *arguments)
    return code, json.loads(out)


def document(run: QuickTest) -> Path:
    return Path(run.gcs_artifacts_path) / "training_metrics.json"


def test_a_plan_deletes_nothing_and_says_so(old_run: MakeRun) -> None:
    run = old_run()
    size = document(run).stat().st_size
    code, out = command("prune_artifacts")
    assert code == 0
    assert out.splitlines() == [
        f"1/1 to prune: run {run.pk}, {size} bytes in {run.gcs_artifacts_path}; "
        "5 of 5 epochs stay cached",
        f"1 to prune, {size} bytes, older than 90 days",
        "A plan: nothing was deleted. Add --yes to delete.",
    ]
    assert document(run).exists()
    assert not Receipt.objects.exists()


def test_pruning_leaves_the_cache_and_a_receipt(old_run: MakeRun) -> None:
    """FIELD row 14: the old platform's clean-up asked nobody."""
    run = old_run()
    other = Path(run.gcs_artifacts_path) / "model"
    other.write_text("not the document")
    generation, sha256 = run.cached_generation, run.cached_sha256
    code, told = pruned()
    run.refresh_from_db()
    assert (code, told["counts"]) == (0, {"pruned": 1})
    assert (document(run).exists(), other.exists()) == (False, True)
    assert run.has_history
    assert run.training_history_json["histogram_available"] is False
    receipt = Receipt.objects.get()
    assert receipt.done_at == run.pruned_at or receipt.done_at > run.pruned_at
    assert (receipt.uri, receipt.generation) == (str(document(run)), generation)
    assert told["runs"][0]["receipt"] == {
        "receipt": receipt.pk,
        "run_id": run.pk,
        "run_number": run.number,
        "run_name": "run",
        "removal": "pruned",
        "uri": str(document(run)),
        "generation": generation,
        "sha256": sha256,
        "size_bytes": receipt.size_bytes,
        "done_at": receipt.done_at.isoformat(),
    }
    assert pruned() == (0, told | {"counts": {}, "runs": [], "size_bytes": 0})


def test_an_uncached_document_is_refused(old_run: MakeRun) -> None:
    run = old_run(cached=False)
    code, told = pruned()
    assert (code, told["runs"][0]["word"]) == (1, "refused")
    assert "the cache holds none; read it in first" in told["runs"][0]["why"]
    assert document(run).exists()


def test_another_document_than_the_cached_one_is_refused(old_run: MakeRun) -> None:
    run = old_run()
    write_document(Path(run.gcs_artifacts_path), sample_document(9))
    code, told = pruned()
    assert (code, told["runs"][0]["word"]) == (1, "refused")
    assert "another document than the stored one" in told["runs"][0]["why"]
    assert document(run).exists()


def test_a_place_of_two_runs_is_refused(old_run: MakeRun) -> None:
    run, other = old_run(), old_run()
    place = run.gcs_artifacts_path
    QuickTest.objects.filter(pk=other.pk).update(gcs_artifacts_path=place)
    code, told = pruned()
    assert (code, told["counts"]) == (1, {"refused": 2})
    assert f"its place is also run {other.pk}'s" in told["runs"][0]["why"]
    assert document(run).exists()


def test_a_document_that_is_replaced_meanwhile_stays(
    old_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = old_run()
    really = removing.document_delete

    def replaced_first(**arguments: Any) -> None:
        write_document(Path(run.gcs_artifacts_path), sample_document(9))
        really(**arguments)

    monkeypatch.setattr(removing, "document_delete", replaced_first)
    code, told = pruned()
    assert (code, told["runs"][0]["word"]) == (1, "refused")
    assert "it was replaced meanwhile" in told["runs"][0]["why"]
    assert document(run).exists()
    run.refresh_from_db()
    assert run.pruned_at is None
    assert not Receipt.objects.exists()


def test_a_document_in_a_bucket_is_pruned_by_its_generation(
    make_run: MakeRun, gcs: Gcs
) -> None:
    run = aged(make_run())
    name = f"runs/quick_tests/{run.pk}/training_metrics.json"
    assert run.gcs_artifacts_path.startswith("gs://")
    assert pruned()[1]["counts"] == {"absent": 1}
    gcs.store(name, json.dumps(sample_document(5)).encode())
    assert pruned()[0] == 1
    command("backfill_training_cache")
    aged(run)
    gcs.fail("reset_after", method="DELETE")
    generation = gcs.generation(name)
    code, told = pruned()
    assert (code, told["counts"]) == (0, {"pruned": 1})
    assert told["runs"][0]["receipt"]["generation"] == generation
    assert gcs.stored(name) is None


def test_young_and_running_runs_are_left_alone(
    make_run: MakeRun, old_run: MakeRun
) -> None:
    make_run(sample_document(5))
    running = old_run()
    QuickTest.objects.filter(pk=running.pk).update(status="running")
    assert pruned()[1]["runs"] == []


@pytest.mark.parametrize("after_deletion", [False, True])
def test_a_pruning_that_is_cut_short_is_finished_by_the_next(
    old_run: MakeRun, monkeypatch: pytest.MonkeyPatch, after_deletion: bool
) -> None:
    run = old_run()
    really = removing.document_delete

    def cut_short(**arguments: Any) -> None:
        if after_deletion:
            really(**arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(removing, "document_delete", cut_short)
        with pytest.raises(KeyboardInterrupt):
            pruned()
    assert Receipt.objects.get().done_at is None
    code, told = pruned()
    assert (code, told["counts"]) == (0, {"pruned": 1})
    run.refresh_from_db()
    assert run.pruned_at
    assert Receipt.objects.get().done_at
    assert not document(run).exists()


def test_a_pruned_document_is_told_everywhere(
    old_run: MakeRun, user_client: Client
) -> None:
    run = old_run()
    api = f"/experiments/api/quick-tests/{run.pk}"
    before = user_client.get(f"{api}/training-history/")
    pruned()
    history = user_client.get(
        f"{api}/training-history/", headers={"If-None-Match": before.headers["ETag"]}
    )
    assert history.json()["source"] == "cache"
    for name in ("histogram-data/", "training-metrics.json", "training-metrics.csv"):
        answer = user_client.get(f"{api}/{name}")
        assert answer.status_code == 410
        assert answer.json()["error"]["code"] == "document_pruned"
    page = user_client.get(f"/experiments/{run.pk}/").content.decode()
    assert "pruned" in page
    assert "training-metrics.json" not in page


def test_a_document_that_was_brought_back_is_read_in_again(old_run: MakeRun) -> None:
    run = old_run()
    kept = document(run).read_bytes()
    pruned()
    command("backfill_training_cache", "--force")
    run.refresh_from_db()
    assert (run.reason_code, run.has_history) == ("DOCUMENT_PRUNED", True)
    document(run).write_bytes(kept)
    command("backfill_training_cache", "--force")
    run.refresh_from_db()
    assert (run.pruned_at, run.reason_code) == (None, "")
    assert run.training_history_json["histogram_available"] is True


def test_days_must_be_positive(db: None) -> None:
    with pytest.raises(CommandError, match="--older-than 0: use 1 or more") as refused:
        call_command("prune_artifacts", "--older-than", "0")
    assert refused.value.returncode == 2


def test_deleting_a_run_leaves_its_receipt_only(
    sample_run: QuickTest, user_client: Client
) -> None:
    pk = sample_run.pk
    code, plan = command("delete_run", str(pk))
    assert (code, "nothing was deleted" in plan) == (0, True)
    assert document(sample_run).exists()
    code, out = command("delete_run", str(pk), "--yes", "--json")
    told = json.loads(out)
    assert (code, told["removal"]) == (0, "deleted")
    assert told["sha256"] == sample_run.cached_sha256
    assert not document(sample_run).exists()
    assert not QuickTest.objects.exists()
    assert Receipt.objects.get().run_name == "sample"
    assert user_client.get(f"/experiments/{pk}/").status_code == 404


def test_a_run_without_a_document_is_deleted_too(old_run: MakeRun) -> None:
    run = old_run()
    document(run).unlink()
    code, out = command("delete_run", str(run.pk), "--yes")
    assert (code, "no document, at" in out) == (0, True)


@pytest.mark.parametrize(
    ("status", "said"),
    [("running", "it is not over; cancel it first"), (None, "not found; see the list")],
)
def test_a_run_that_cannot_be_deleted_is_refused(
    sample_run: QuickTest, status: str | None, said: str
) -> None:
    if status:
        QuickTest.objects.filter(pk=sample_run.pk).update(status=status)
    pk = sample_run.pk if status else sample_run.pk + 1
    with pytest.raises(CommandError, match=said) as refused:
        call_command("delete_run", str(pk), "--yes")
    assert refused.value.returncode == 2
    assert document(sample_run).exists()
