"""The docs name every step, option and reason of the exit."""

import re
from pathlib import Path

from django.core.management import get_commands, load_command_class

from ml_platform.mlflow_exit.teardown.permissions import EXECUTE, PLAN

ROOT = Path(__file__).parents[3]
DOCS = "".join(
    (ROOT / "docs" / name).read_text()
    for name in ("mlflow-exit.md", "mlflow-switch-off.md")
)


def test_every_step_and_option_is_documented() -> None:
    command = load_command_class(get_commands()["mlflow_exit"], "mlflow_exit")
    parser = command.create_parser("manage.py", "mlflow_exit")
    steps = next(a for a in parser._actions if a.dest == "step").choices
    known = {"inventory", "backup", "import", "verify", "rollback", "points", "status"}
    known |= {"references", "teardown", "record"}
    assert set(steps) == known
    for step, own in steps.items():
        assert f"| `{step}" in DOCS
        options = {o for a in own._actions for o in a.option_strings if "--" in o}
        common = {"--help", "--version", "--settings", "--pythonpath", "--traceback"}
        common |= {"--no-color", "--force-color", "--skip-checks", "--verbosity"}
        assert {o for o in options - common if o not in DOCS} == set()


def test_every_permission_is_documented() -> None:
    assert len(EXECUTE) > len(PLAN) > 10
    assert {one for one in EXECUTE if one not in DOCS} == set()


def test_every_reason_for_staying_in_the_archive_is_documented() -> None:
    source = ROOT / "ml_platform" / "mlflow_exit" / "mapping" / "document.py"
    reasons = set(re.findall(r'_tell_left_out\(.*, "(\w+)"\)', source.read_text()))
    assert len(reasons) >= 5
    assert {reason for reason in reasons if f"`{reason}`" not in DOCS} == set()
