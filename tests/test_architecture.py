"""Holds the rooms' import rules and that the light rooms stay light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("training_metrics", "trainer", "components", "pipelines", "ml_platform")

MAY_IMPORT = {
    "training_metrics": set(),
    "trainer": {"training_metrics"},
    "components": {"training_metrics"},
    "pipelines": {"training_metrics", "components"},
    "ml_platform": {"training_metrics"},
}
NEVER = {
    "training_metrics": {"tensorflow", "kfp", "django", "pandas", "pyarrow"},
    "trainer": {"kfp", "django"},
    "components": {"tensorflow", "tfx", "django"},
    "pipelines": {"tensorflow", "tfx", "django"},
    "ml_platform": {"tensorflow", "tfx", "kfp"},
}


def imported_by(path: Path) -> set[str]:
    """The top-level names that a file imports, inside functions too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_lies_below_it(room: str) -> None:
    for path in (ROOT / room).rglob("*.py"):
        imported = imported_by(path)
        upward = imported & (set(ROOMS) - MAY_IMPORT[room] - {room})
        assert not upward, f"{path.relative_to(ROOT)} imports {sorted(upward)}"
        heavy = imported & NEVER[room]
        assert not heavy, f"{path.relative_to(ROOT)} imports {sorted(heavy)}"


@pytest.mark.parametrize("room", ROOMS)
def test_every_module_says_what_lives_there(room: str) -> None:
    for path in (ROOT / room).rglob("*.py"):
        if "migrations" in path.parts or not path.read_text().strip():
            continue
        said = ast.get_docstring(ast.parse(path.read_text()))
        assert said, f"{path.relative_to(ROOT)} has no docstring"


@pytest.mark.parametrize(
    "modules",
    [
        "training_metrics, training_metrics.collector, training_metrics.reading",
        "django; django.setup(); import ml_platform.urls",
    ],
)
def test_light_rooms_work_where_tensorflow_and_kfp_cannot_be_imported(
    modules: str, tmp_path: Path
) -> None:
    program = (
        "import sys\n"
        "for name in ('tensorflow', 'kfp', 'tfx'): sys.modules[name] = None\n"
        f"import {modules}\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={
            "DJANGO_SETTINGS_MODULE": "ml_platform.settings",
            "TRACKLESS_HOME": str(tmp_path),
        },
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
