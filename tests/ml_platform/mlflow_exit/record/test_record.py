"""`mlflow_exit record`: complete only when nothing is open, and what it then tells."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from ml_platform.experiments import readiness
from ml_platform.mlflow_exit.models import ArchivedRun, Teardown
from tests.ml_platform.mlflow_exit.conftest import Exit
from tests.ml_platform.mlflow_exit.teardown.conftest import Step
from tests.ml_platform.mlflow_exit.teardown.test_plan import PRICES
from tests.support.google import acme
from tests.support.google.server import Google

Record = Callable[..., tuple[int, str]]


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """A code base that names MLflow in its history only."""
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "train.py").write_text("import json\n")
    (folder / "CHANGELOG.md").write_text("MLflow is gone.\n")
    return folder


@pytest.fixture
def record(
    mlflow_exit: Exit, tmp_path: Path, code: Path, monkeypatch: pytest.MonkeyPatch
) -> Record:
    """Runs `record` on the project; Django's threads cannot see a test's database."""
    monkeypatch.setattr(readiness.database, "_ask", lambda: None)
    given = ("--project", "acme", "--to", str(tmp_path / "record"))
    given += ("--code", str(code), "--keep", "CHANGELOG.md")
    return lambda *arguments: mlflow_exit("record", *given, *arguments)


@pytest.fixture
def done(google: Google, teardown: Step, proven: list[str], tmp_path: Path) -> None:
    """The teardown was carried out, with one trouble on the way."""
    prices = tmp_path / "prices.json"
    prices.write_text(json.dumps(PRICES))
    teardown("--prices", str(prices))
    google.fail("triggers.delete", 403)
    teardown(*proven)
    assert teardown(*proven)[0] == 0


def test_the_record_tells_everything(
    google: Google, done: None, record: Record, tmp_path: Path
) -> None:
    code, text = record()
    assert (code, "complete: " in text) == (0, True)
    told = json.loads((tmp_path / "record" / "record.json").read_text())
    assert told == Teardown.objects.get().completion
    assert told["archive"]["runs"] == 1
    assert told["proof"]["signature"]
    assert [one["kind"] for one in told["removed"]] == [
        "setting",
        "trigger",
        "service",
        "secret",
        "binding",
        "account",
        "instance",
        "bucket",
    ]
    # 10 GiB of the instance's disk and the bucket's one object.
    assert (told["bytes_before"], told["bytes_after"]) == (10 * 1024**3 + 1024, 0)
    # Service 20 + 2 × 2, secret 0.06, instance 9.10 + 10 × 0.20.
    assert told["saving"]["monthly"] == {"EUR, prices of 2026-11-01": "35.16"}
    tables, final = told["backups"]
    assert tables["place"] == str(tmp_path / "backup")
    assert final["expires_at"] == "2026-12-25T00:00:00Z"
    assert final["state"] == "SUCCESSFUL"
    (issue,) = told["issues"]
    assert issue.endswith("403 injected")
    assert "Billing → Reports, project acme" in told["charges"]["look"]


def test_the_markdown_says_the_same(
    google: Google, done: None, record: Record, tmp_path: Path
) -> None:
    told = json.loads(record("--json")[1])
    text = (tmp_path / "record" / "record.md").read_text()
    for part in (
        "# MLflow is switched off in acme",
        told["proof"]["digest"],
        told["proof"]["signature"],
        told["backups"][1]["place"],
        "Together: 35.16 EUR, prices of 2026-11-01.",
        f"Bytes before: {told['bytes_before']}, after: 0.",
        *(one["name"] for one in told["removed"]),
        *told["issues"],
    ):
        assert part in text


def test_charges_come_from_the_export(
    google: Google, done: None, record: Record
) -> None:
    google.project.charges = [("2026-11-24", "Cloud SQL", 0.37)]
    told = json.loads(record("--json", "--billing-table", "acme.billing.export")[1])
    assert told["charges"] == {
        "rows": [["2026-11-24", "Cloud SQL", "0.37"]],
        "look": "",
    }


def test_a_billing_table_that_is_none_is_refused(
    google: Google, done: None, record: Record
) -> None:
    with pytest.raises(CommandError, match="--billing-table 'a`; DROP'"):
        record("--billing-table", "a`; DROP")


def _env(value: str) -> Callable[[Any, Path, pytest.MonkeyPatch], None]:
    return lambda google, code, patch: patch.setenv("MLFLOW_TRACKING_URI", value)


OPEN: list[tuple[Callable[[Google, Path, pytest.MonkeyPatch], Any], str]] = [
    (
        lambda google, code, patch: acme.add_instance(google.project, "mlflow-db"),
        "instance mlflow-db is there",
    ),
    (
        lambda google, code, patch: acme.add_service(
            google.project, "other", acme.with_env({"MLFLOW_TRACKING_URI": "x"})
        ),
        "service other in europe-west1 has MLFLOW_TRACKING_URI: remove them",
    ),
    (_env("x"), "MLFLOW_TRACKING_URI is set where this command runs"),
    (
        lambda google, code, patch: (code / "a.py").write_text("import mlflow\n"),
        "a.py:1 names MLflow: delete",
    ),
    (
        lambda google, code, patch: ArchivedRun.objects.all().delete(),
        "the proof is not good: the archive has changed since",
    ),
    (
        lambda google, code, patch: patch.setattr(
            readiness.artifact_store, "_ask", lambda: 1 / 0
        ),
        "Django's artifact store does not answer",
    ),
    (
        lambda google, code, patch: (
            (code / "mlflow").mkdir(),
            (code / "mlflow" / "__init__.py").write_text(""),
            patch.syspath_prepend(str(code)),
        ),
        "the module mlflow can be imported here",
    ),
]


@pytest.mark.parametrize(("change", "text"), OPEN)
def test_whatever_is_open_is_named_and_nothing_is_written(
    google: Google,
    done: None,
    record: Record,
    code: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Google, Path, pytest.MonkeyPatch], Any],
    text: str,
) -> None:
    change(google, code, monkeypatch)
    ended, told = record()
    assert (ended, text in told) == (1, True), told
    assert "NOT complete" in told
    assert not (tmp_path / "record").exists()
    assert Teardown.objects.get().completion is None


def test_a_plan_that_is_not_carried_out_is_open(
    google: Google, teardown: Step, proven: list[str], record: Record
) -> None:
    teardown()
    code, text = record()
    assert code == 1
    assert "the last plan is not carried out" in text
    assert "service projects/acme/locations/europe-west1/services/mlflow-server" in text


def test_a_plan_of_nothing_that_was_looked_at_since_is_not_open(
    google: Google, done: None, teardown: Step, record: Record
) -> None:
    assert teardown()[0] == 0
    assert record()[0] == 0
    assert Teardown.objects.order_by("pk")[0].completion is not None


def test_a_half_done_teardown_is_open(
    google: Google, teardown: Step, proven: list[str], record: Record
) -> None:
    teardown()
    google.fail("sql.instances.delete", 403)
    teardown(*proven)
    code, text = record()
    assert code == 1
    assert "instance mlflow-db is planned: run `teardown --execute` again" in text


def test_without_a_teardown_there_is_nothing_to_record(
    google: Google, record: Record
) -> None:
    with pytest.raises(CommandError, match="no teardown of acme to record"):
        record()
