"""`teardown --execute`: what it refuses, what it removes, and that it goes on."""

import json
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from ml_platform.experiments.models import QuickTest
from ml_platform.mlflow_exit.models import (
    ArchivedRun,
    StepState,
    Teardown,
    TeardownStep,
    Verification,
)
from ml_platform.mlflow_exit.proof import proof_of
from ml_platform.mlflow_exit.teardown.permissions import EXECUTE
from ml_platform.mlflow_exit.verdict import Verdict
from tests.ml_platform.mlflow_exit.conftest import Change
from tests.ml_platform.mlflow_exit.teardown.conftest import Step
from tests.support.google import acme
from tests.support.google.acme import BUCKET, DJANGO, SECRET, SERVER, with_decoys
from tests.support.google.server import Google

ORDER = [
    "services.patch",
    "triggers.delete",
    "services.delete",
    "secrets.delete",
    "projects.setIamPolicy",
    "serviceAccounts.delete",
    "sql.instances.delete",
    "storage.objects.delete",
    "storage.buckets.delete",
]


def states() -> dict[str, str]:
    return dict(TeardownStep.objects.values_list("kind", "state"))


def test_all_of_mlflows_goes_in_order_and_nothing_else(
    google: Google, teardown: Step, proven: list[str]
) -> None:
    teardown()
    code, text = teardown(*proven)
    assert code == 0
    assert "8/8 bucket acme-mlflow-artifacts: gone" in text
    changes = [method for method, _ in google.changes()]
    assert [m.endswith(o) for m, o in zip(changes, ORDER, strict=True)] == [True] * 9
    held = google.project
    assert list(held.kind("services")) == [DJANGO]
    env = held.kind("services")[DJANGO]["template"]["containers"][0]["env"]
    assert env == [{"name": "DEBUG", "value": "0"}]
    for kind in ("instances", "triggers", "buckets", "objects", "accounts", "secrets"):
        assert held.kind(kind) == {}
    assert held.policies["projects/acme"]["bindings"] == [
        {"role": "roles/editor", "members": ["user:a@acme.example"]}
    ]
    (backup,) = held.kind("backups").values()
    assert (backup["type"], backup["ttlDays"]) == ("FINAL", "30")
    assert set(states().values()) == {StepState.GONE}
    assert Teardown.objects.get().ended_at is not None


def test_decoys_are_still_there_afterwards(
    google: Google, teardown: Step, proven: list[str]
) -> None:
    with_decoys(google.project)
    teardown()
    code, text = teardown(*proven)
    assert code == 1
    held = google.project
    assert SERVER not in held.kind("services")
    assert f"{acme.PLACE}/services/mlflow-server-staging" in held.kind("services")
    assert "mlflow-db" in held.kind("instances")
    assert SECRET in held.kind("secrets")
    assert {one["name"] for one in held.kind("objects").values()} == {
        "0/known/artifacts/model.pkl",
        "holiday.jpg",
    }
    assert len(held.kind("buckets")) == 2
    assert "spared: instance mlflow-db: database billing is on it" in text


def test_json_is_the_record(google: Google, teardown: Step, proven: list[str]) -> None:
    teardown()
    told = json.loads(teardown("--json", *proven)[1])
    assert [step["state"] for step in told["steps"]] == ["gone"] * 8
    assert told["conditions"]["source_checked"] is True
    assert told["ended_at"] >= told["started_at"] >= told["shown_at"]


def _without(option: str) -> Callable[[list[str]], list[str]]:
    def drop(arguments: list[str]) -> list[str]:
        index = arguments.index(option)
        return arguments[:index] + arguments[index + 2 :]

    return drop


def _with(option: str, value: str) -> Callable[[list[str]], list[str]]:
    return lambda arguments: [*arguments, option, value]


OPTIONS = [
    (_without("--confirm"), "--confirm '': type the project's id, acme"),
    (_with("--confirm", "acme-2"), "--confirm 'acme-2': type the project's id, acme"),
    (_without("--source"), "--source is missing"),
    (_without("--backup"), "--backup is missing"),
    (_without("--final-backup-days"), "--final-backup-days 0: say how long"),
    (_with("--final-backup-days", "400"), "1 to 365 days"),
    (_with("--backup", "/nowhere"), "no manifest.json"),
    (_with("--source", "sqlite:////nowhere.db"), "no such file"),
    (_with("--instance", "other-db"), "the names are not those of the plan"),
]


@pytest.mark.parametrize(("changed", "text"), OPTIONS)
def test_an_option_that_is_missing_or_wrong_refuses(
    google: Google,
    teardown: Step,
    proven: list[str],
    changed: Callable[[list[str]], list[str]],
    text: str,
) -> None:
    teardown()
    code, told = teardown(*changed(proven))
    assert code == 2
    assert told.startswith("teardown refused, nothing was done:")
    assert text in told
    assert google.changes() == []
    assert set(states().values()) == {StepState.PLANNED}


def _old_proof() -> None:
    last = Verification.objects.latest("pk")
    last.proof = old = proof_of(Verdict(), last.source, [])
    old["verified_at"] = (timezone.now() - timedelta(hours=25)).isoformat()
    told = {name: value for name, value in old.items() if name != "signature"}
    from ml_platform.mlflow_exit.proof import _signature

    last.proof = told | {"signature": _signature(told)}
    last.save()


STATES: list[tuple[Callable[[], Any], str]] = [
    (lambda: Verification.objects.all().delete(), "never verified"),
    (lambda: ArchivedRun.objects.all()[0].delete(), "the archive has changed since"),
    (
        lambda: Verification.objects.create(source="s", findings=1),
        "the last verify found differences",
    ),
    (_old_proof, "the proof is older than 24 hours"),
    (
        lambda: QuickTest.objects.filter(number=9000).delete(),
        "2 runs were completed and cached without MLflow",
    ),
    (
        lambda: QuickTest.objects.filter(number=9000).update(mlflow_run_id="x"),
        "2 runs were completed and cached without MLflow",
    ),
    (
        lambda: QuickTest.objects.filter(number=9000).update(
            training_history_json={"available": False}
        ),
        "2 runs were completed and cached without MLflow",
    ),
]


@pytest.mark.parametrize(("change", "text"), STATES)
def test_a_condition_that_does_not_hold_refuses(
    google: Google,
    teardown: Step,
    proven: list[str],
    change: Callable[[], Any],
    text: str,
) -> None:
    teardown()
    change()
    code, told = teardown(*proven)
    assert (code, text in told) == (2, True), told
    assert google.changes() == []


def test_all_that_does_not_hold_is_told_at_once(
    google: Google, teardown: Step, proven: list[str]
) -> None:
    teardown()
    QuickTest.objects.all().delete()
    text = teardown(*proven, "--confirm", "x", "--final-backup-days", "0")[1]
    for part in ("--confirm 'x'", "--final-backup-days 0", "0 runs were completed"):
        assert part in text


def test_a_source_that_moved_since_the_proof_refuses(
    google: Google, teardown: Step, proven: list[str], change: Change
) -> None:
    teardown()
    change("UPDATE metrics SET value = 9.0 WHERE key = 'loss'")
    code, text = teardown(*proven)
    assert (code, google.changes()) == (2, [])
    assert "the source has moved since the proof: 1 findings, the first:" in text


def test_a_backup_that_does_not_read_back_refuses(
    google: Google, teardown: Step, proven: list[str], tmp_path: Path
) -> None:
    teardown()
    file = tmp_path / "backup" / "metrics.csv"
    file.write_bytes(file.read_bytes()[:-100])
    code, text = teardown(*proven)
    assert (code, google.changes()) == (2, [])
    assert "metrics.csv: sha256" in text


def test_a_backup_of_something_else_refuses(
    google: Google, teardown: Step, proven: list[str], tmp_path: Path, mlflow_exit: Any
) -> None:
    other = tmp_path / "other.db"
    other.write_bytes((tmp_path / "mlflow.db").read_bytes())
    connection = sqlite3.connect(other)
    connection.execute("UPDATE metrics SET value = 4")
    connection.commit()
    connection.close()
    place = str(tmp_path / "old")
    mlflow_exit("backup", "--to", place, "--source", f"sqlite:///{other}")
    teardown()
    text = teardown(*proven, "--backup", place)[1]
    assert "not what the archive holds" in text
    assert google.changes() == []


def test_without_a_plan_nothing_is_done(
    google: Google, teardown: Step, proven: list[str]
) -> None:
    code, text = teardown(*proven)
    assert (code, google.calls) == (2, [])
    assert "no plan was shown; run `teardown --project acme` first" in text


def test_a_plan_is_carried_out_once(
    google: Google, teardown: Step, proven: list[str]
) -> None:
    teardown()
    teardown(*proven)
    before = len(google.changes())
    code, text = teardown(*proven)
    assert (code, len(google.changes())) == (2, before)
    assert "the last plan is carried out" in text


MOVED: list[tuple[Callable[[Any], Any], str]] = [
    (
        lambda p: acme.add_object(p, BUCKET, "0/known/artifacts/more.pkl"),
        f"bucket {BUCKET}: has changed since it was shown",
    ),
    (
        lambda p: p.kind("instances")["mlflow-db"]["settings"].update(tier="db-g1"),
        "instance mlflow-db: has changed since it was shown",
    ),
    (
        lambda p: acme.add_below(p, "databases", "mlflow-db", "billing"),
        "instance mlflow-db: database billing is on it",
    ),
    (
        lambda p: p.kind("triggers").clear(),
        f"trigger {acme.TRIGGER}: is gone since it was shown",
    ),
    (
        lambda p: acme.add_trigger(
            p, "projects/acme/locations/global/triggers/9", "mlflow-server"
        ),
        "triggers/9: has come since it was shown",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("change", "text"), MOVED)
def test_a_plan_that_no_longer_holds_refuses(
    google: Google,
    teardown: Step,
    proven: list[str],
    change: Callable[[Any], Any],
    text: str,
) -> None:
    teardown()
    change(google.project)
    code, told = teardown(*proven)
    assert (code, google.changes()) == (2, [])
    assert text in told


def test_missing_permissions_refuse_before_anything(
    google: Google, teardown: Step, proven: list[str]
) -> None:
    teardown()
    google.project.granted = set(EXECUTE) - {"cloudsql.instances.delete"}
    code, text = teardown(*proven)
    assert (code, google.changes()) == (2, [])
    assert "permission cloudsql.instances.delete on projects/acme is missing" in text
