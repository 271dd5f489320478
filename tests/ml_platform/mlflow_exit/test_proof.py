"""The signed proof: given for nothing but a clean verification, and no longer."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from ml_platform.mlflow_exit.models import ArchivedRun, Verification
from ml_platform.mlflow_exit.proof import is_signed, proof_state
from tests.ml_platform.mlflow_exit.conftest import Change, Exit, told


@pytest.fixture
def verified(mlflow_exit: Exit) -> Exit:
    """The command, after an import and a clean verify."""
    mlflow_exit("import")
    assert mlflow_exit("verify")[0] == 0
    return mlflow_exit


def test_the_proof_says_what_was_compared(verified: Exit, tmp_path: Path) -> None:
    file = tmp_path / "proof.json"
    verified("verify", "--proof", str(file))
    proof = json.loads(file.read_text())
    counted = [proof[name] for name in ("runs", "points", "documents", "caches")]
    assert counted == [8, 220, 8, 5]
    assert is_signed(proof)
    assert proof_state()["wrong"] == ""
    assert told(verified("status", "--json"))["proof"]["proof"] == proof


@pytest.mark.parametrize(
    "name", ["runs", "points", "digest", "verified_at", "source", "lacking", "version"]
)
def test_any_part_of_it_changed_breaks_the_signature(verified: Exit, name: str) -> None:
    last = Verification.objects.get()
    assert last.proof is not None
    last.proof[name] = "other"
    last.save()
    assert proof_state()["wrong"].startswith("its signature is wrong")


def test_another_key_does_not_sign_it(verified: Exit, settings: Any) -> None:
    settings.TRACKLESS_EXIT_KEY = "another"
    assert proof_state()["wrong"].startswith("its signature is wrong")


def test_the_same_data_give_the_same_digest(verified: Exit) -> None:
    verified("verify")
    first, second = Verification.objects.order_by("pk")
    assert first.proof is not None and second.proof is not None
    assert first.proof["digest"] == second.proof["digest"]


def test_other_data_give_another_digest(verified: Exit, change: Change) -> None:
    change("UPDATE metrics SET value = 9.0 WHERE key = 'loss' AND step = 2")
    verified("import", "--replace")
    verified("verify")
    first, second = Verification.objects.order_by("pk")
    assert first.proof is not None and second.proof is not None
    assert first.proof["digest"] != second.proof["digest"]


def test_differences_withdraw_it(
    verified: Exit, change: Change, tmp_path: Path
) -> None:
    change("UPDATE metrics SET value = 9.0 WHERE key = 'loss' AND step = 2")
    file = tmp_path / "proof.json"
    assert verified("verify", "--proof", str(file))[0] == 1
    assert not file.exists()
    assert proof_state()["wrong"] == "the last verify found differences"


def test_an_archive_changed_since_withdraws_it(verified: Exit) -> None:
    ArchivedRun.objects.all()[0].delete()
    assert proof_state()["wrong"].startswith("the archive has changed since")


def test_there_is_none_before_the_first_verify(mlflow_exit: Exit) -> None:
    mlflow_exit("import")
    assert proof_state() == {"wrong": "never verified", "proof": None}


def test_a_source_that_stays_away_proves_nothing(verified: Exit) -> None:
    with pytest.raises(CommandError, match="no such file"):
        verified("verify", "--source", "sqlite:////nowhere.db")
    assert Verification.objects.count() == 1
