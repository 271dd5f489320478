"""The docs name every setting, answer code and reason of this room."""

import re
from pathlib import Path

from ml_platform import environment
from ml_platform.experiments import errors
from ml_platform.experiments.presenters import absent

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "django.md").read_text()
SETTINGS = (ROOT / "docs" / "settings.md").read_text()
FOREIGN = "STORAGE_EMULATOR_HOST"
"""Google's own, which its library reads."""


def test_every_environment_variable_is_documented() -> None:
    source = Path(environment.__file__).read_text()
    names = set(re.findall(r'"((?:TRACKLESS_|DATABASE_)[A-Z_]+)"', source))
    assert len(names) >= 10
    assert {name for name in names if f"`{name}`" not in DOCS} == set()


def test_every_variable_in_the_docs_is_read_by_the_code() -> None:
    rooms = ("ml_platform", "training_metrics", "components", "pipelines", "trainer")
    source = "".join(
        path.read_text() for room in rooms for path in (ROOT / room).rglob("*.py")
    )
    rows = re.findall(r"^\| (`[^|]+) \|", SETTINGS, re.M)
    names = {n for row in rows for n in re.findall(r"`([A-Z_]{5,})`", row)}
    names = {n for n in names if not n.startswith("_") and n != FOREIGN}
    assert len(names) >= 15
    assert {name for name in names if f'"{name}"' not in source} == set()


def test_every_variable_of_this_room_is_in_the_settings_table() -> None:
    source = Path(environment.__file__).read_text()
    names = set(re.findall(r'"((?:TRACKLESS_|DATABASE_)[A-Z_]+)"', source))
    shortened = re.sub(r"`(_[A-Z_]+)`", r"`TRACKLESS_VERTEX\1`", SETTINGS)
    assert {name for name in names if f"`{name}`" not in shortened} == set()


def test_every_answer_code_is_documented() -> None:
    known = {error.code for error in errors.ExperimentsError.__subclasses__()}
    assert {code for code in known if f"`{code}`" not in DOCS} == set()


def test_every_reason_is_documented() -> None:
    assert {code for code in absent._ABSENT if f"`{code}`" not in DOCS} == set()
