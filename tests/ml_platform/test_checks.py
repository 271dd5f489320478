"""System checks: each setting that is wrong has an id and a hint."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks


def found(deployed: bool = False) -> set[str]:
    messages = run_checks(include_deployment_checks=deployed)
    ours = [m for m in messages if m.id and m.id.startswith("experiments.")]
    assert all(message.hint for message in ours)
    return {str(message.id) for message in ours}


@pytest.mark.parametrize(
    ("name", "value", "check"),
    [
        ("TRACKLESS_ARTIFACT_ROOTS", [], "experiments.E001"),
        ("TRACKLESS_ARTIFACT_ROOTS", ["s3://bucket"], "experiments.E002"),
        ("TRACKLESS_OIDC_AUDIENCE", "https://a", "experiments.E003"),
        ("TRACKLESS_OIDC_EMAILS", ["a@b"], "experiments.E003"),
        ("TRACKLESS_RUN_FILTER", "no.such.module", "experiments.E004"),
        ("TRACKLESS_NOTIFY_SECRETS", [], "experiments.W001"),
        ("TRACKLESS_NOTIFY_SECRETS", ["short"], "experiments.W002"),
    ],
)
def test_a_wrong_setting_is_found(
    settings: Any, name: str, value: Any, check: str
) -> None:
    assert check not in found(deployed=True)
    setattr(settings, name, value)
    assert check in found(deployed=True)


def test_a_deployment_behind_tls_is_clean(tmp_path: Path) -> None:
    environment = os.environ | {
        "TRACKLESS_HTTPS": "1",
        "TRACKLESS_ALLOWED_HOSTS": "runs.example",
        "TRACKLESS_NOTIFY_SECRET": "x" * 48,
        "TRACKLESS_SECRET_KEY": "k%9" * 20 + "abcdefgh",
        "TRACKLESS_HOME": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=Path(__file__).parents[2],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout
