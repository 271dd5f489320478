"""`mlflow_exit verify`: any one thing changed in a document or cache is named."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ml_platform.experiments.models import QuickTest, Receipt
from ml_platform.experiments.services.removing import (
    document_prune,
    document_to_prune,
)
from ml_platform.mlflow_exit.models import ArchivedRun
from tests.ml_platform.mlflow_exit.conftest import Exit, told
from tests.ml_platform.mlflow_exit.mutating import archived, rewrite

RunId = Callable[[str], str]
Line = dict[str, Any]


@pytest.fixture
def imported(mlflow_exit: Exit) -> Exit:
    """The command, after an import."""
    assert mlflow_exit("import")[0] == 0
    return mlflow_exit


@pytest.fixture
def platform(imported: Exit, run_id: RunId) -> Path:
    """The platform run's document."""
    return place_of(run_id("platform"))


def place_of(run_id: str) -> Path:
    run = ArchivedRun.objects.get(run_id=run_id).quick_test
    assert run is not None
    return Path(run.gcs_artifacts_path) / "training_metrics.json"


def rewritten(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


def found(imported: Exit, name: str) -> list[Line]:
    code, out = imported("verify", "--json")
    assert code == 1
    return [
        line
        for line in json.loads(out)[name]
        if line["what"] not in ("document_sha256", "cache")
    ]


def float32_up(value: float) -> float:
    """The next float32; 3.0 is one, and its neighbour is 2**-22 above."""
    return value + 2.0 ** (math.frexp(value)[1] - 24)


def test_one_ulp_is_named(imported: Exit, platform: Path, run_id: RunId) -> None:
    text = platform.read_text()
    assert '"loss": [3, 1.5, 1,' in text
    up = repr(float32_up(1.0))
    platform.write_text(text.replace('"loss": [3, 1.5, 1,', f'"loss": [3, 1.5, {up},'))
    assert found(imported, "differ") == [
        {
            "what": "document",
            "run_id": run_id("platform"),
            "path": "loss.loss",
            "epoch": 2,
            "here": "1",
            "there": up,
        }
    ]
    _, out = imported("verify")
    assert f"path='loss.loss' epoch=2: here 1, there {up}" in out
    assert "document_sha256 run_id=" in out


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda d: d["loss"]["loss"].pop(2), ("loss.loss", 2)),
        (lambda d: d["loss"]["loss"].insert(2, 1), ("loss.loss", 3)),
        (lambda d: d["epochs"].append(9), ("epochs[6]", None)),
        (lambda d: d["anomalies"].pop(0), ("anomalies[0]", None)),
        (lambda d: d["final_metrics"].update(final_loss=0.25), None),
        (lambda d: d["params"].update(optimizer="sgd"), ("params.optimizer", None)),
        (
            lambda d: d["weight_stats"]["query"]["histogram"]["counts"][1].reverse(),
            ("weight_stats.query.histogram.counts[0]", 1),
        ),
    ],
)
def test_any_place_is_named(
    imported: Exit,
    platform: Path,
    change: Callable[[dict[str, Any]], object],
    where: tuple[str, int | None] | None,
) -> None:
    rewritten(platform, change)
    line = found(imported, "differ")[0]
    expected = where or ("final_metrics.final_loss", None)
    assert (line["path"], line.get("epoch")) == expected


def test_two_swapped_values_are_named_at_both_epochs(
    imported: Exit, platform: Path
) -> None:
    def swap(document: dict[str, Any]) -> None:
        series = document["loss"]["loss"]
        series[1], series[2] = series[2], series[1]

    rewritten(platform, swap)
    assert [line["epoch"] for line in found(imported, "differ")] == [1, 2]


def test_two_swapped_series_are_named(imported: Exit, platform: Path) -> None:
    def swap(document: dict[str, Any]) -> None:
        loss = document["loss"]
        loss["loss"], loss["val_loss"] = loss["val_loss"], loss["loss"]

    rewritten(platform, swap)
    paths = {line["path"] for line in found(imported, "differ")}
    assert paths == {"loss.loss", "loss.val_loss"}


def test_a_dropped_series_is_missing_there(imported: Exit, platform: Path) -> None:
    rewritten(platform, lambda document: document["loss"].pop("val_loss"))
    (line,) = found(imported, "missing_there")
    assert line["path"] == "loss.val_loss"


def test_a_series_too_many_is_missing_here(imported: Exit, platform: Path) -> None:
    rewritten(platform, lambda document: document["loss"].update(other=[0] * 6))
    (line,) = found(imported, "missing_here")
    assert line["path"] == "loss.other"


def test_only_the_spelling_changed_is_named(imported: Exit, platform: Path) -> None:
    platform.write_text(platform.read_text().replace("\n", " \n", 1))
    (line,) = found(imported, "differ")
    assert line["path"] == "$"


def test_swapped_documents_are_named(imported: Exit, run_id: RunId) -> None:
    one, other = place_of(run_id("failed")), place_of(run_id("killed"))
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    lines = found(imported, "differ")
    assert {line["run_id"] for line in lines} == {run_id("failed"), run_id("killed")}


def test_a_document_that_is_gone_or_broken_is_named(
    imported: Exit, platform: Path, run_id: RunId
) -> None:
    platform.write_text("{")
    place_of(run_id("failed")).unlink()
    answer = told(imported("verify", "--json"))
    (line,) = answer["missing_there"]
    assert (line["what"], line["run_id"]) == ("document", run_id("failed"))
    (line,) = answer["unreadable"]
    assert (line["what"], line["run_id"]) == ("document", run_id("platform"))


def test_a_changed_archive_is_found_in_its_document_too(
    imported: Exit, run_id: RunId
) -> None:
    point = archived(run_id("platform"), "loss", 2)
    rewrite(run_id("platform"), lambda points: points.remove(point))
    lines = found(imported, "differ")
    assert {"loss.loss"} <= {line.get("path") for line in lines}


@pytest.mark.parametrize("history", [None, {}, {"available": False, "reason": "X"}])
def test_a_completed_run_without_a_cache_is_named(
    imported: Exit, run_id: RunId, history: dict[str, Any] | None
) -> None:
    run = QuickTest.objects.get(mlflow_run_id=run_id("platform"))
    run.training_history_json = history
    run.save()
    (line,) = told(imported("verify", "--json"))["missing_here"]
    assert (line["what"], line["run_id"], line["quick_test"]) == (
        "cache",
        run_id("platform"),
        run.pk,
    )


def test_a_cache_of_another_document_is_named(imported: Exit, run_id: RunId) -> None:
    QuickTest.objects.filter(mlflow_run_id=run_id("platform")).update(
        cached_sha256="0" * 64
    )
    (line,) = told(imported("verify", "--json"))["differ"]
    assert (line["what"], line["here"]) == ("cache", "0" * 64)


def test_a_run_whose_quick_test_is_gone_is_named(imported: Exit, run_id: RunId) -> None:
    QuickTest.objects.get(mlflow_run_id=run_id("killed")).delete()
    (line,) = told(imported("verify", "--json"))["missing_there"]
    assert (line["run_id"], line["why"]) == (run_id("killed"), "its QuickTest is gone")


def pruned(run_id: str) -> Receipt:
    """Removes the run's document as `prune_artifacts` does."""
    run = ArchivedRun.objects.get(run_id=run_id).quick_test
    assert run is not None
    receipt = document_prune(run=run, stored=document_to_prune(run=run))
    assert receipt is not None
    return receipt


def test_a_document_pruned_with_a_receipt_is_said_and_no_finding(
    imported: Exit, run_id: RunId
) -> None:
    pruned(run_id("platform"))
    code, out = imported("verify")
    assert code == 0, out
    assert f"run {run_id('platform')}: its document was pruned; the receipt's" in out
    verdict = json.loads(imported("verify", "--json")[1])
    assert (verdict["documents"], verdict["missing_there"]) == (7, [])
    assert verdict["proof"]["pruned"] == [run_id("platform")]


def test_a_receipt_of_another_document_is_named(imported: Exit, run_id: RunId) -> None:
    receipt = pruned(run_id("platform"))
    Receipt.objects.filter(pk=receipt.pk).update(sha256="0" * 64)
    lines = [line for line in found(imported, "differ") if line["what"] == "receipt"]
    ((there, named),) = [(line["there"], line["run_id"]) for line in lines]
    assert (there, named) == ("0" * 64, run_id("platform"))


def test_a_pruned_document_without_a_finished_receipt_is_missing(
    imported: Exit, run_id: RunId
) -> None:
    receipt = pruned(run_id("platform"))
    Receipt.objects.filter(pk=receipt.pk).update(done_at=None)
    (line,) = found(imported, "missing_there")
    assert (line["what"], line["run_id"]) == ("document", run_id("platform"))
