"""The docs name every setting, answer code and reason of this room."""

import re
from pathlib import Path

from ml_platform import environment
from ml_platform.experiments import errors
from ml_platform.experiments.presenters import states

DOCS = (Path(__file__).parents[2] / "docs" / "django.md").read_text()


def test_every_environment_variable_is_documented() -> None:
    source = Path(environment.__file__).read_text()
    names = set(re.findall(r'"((?:TRACKLESS_|DATABASE_)[A-Z_]+)"', source))
    assert len(names) >= 10
    assert {name for name in names if f"`{name}`" not in DOCS} == set()


def test_every_answer_code_is_documented() -> None:
    known = {error.code for error in errors.ExperimentsError.__subclasses__()}
    assert {code for code in known if f"`{code}`" not in DOCS} == set()


def test_every_reason_is_documented() -> None:
    assert {code for code in states._ABSENT if f"`{code}`" not in DOCS} == set()
