"""`mlflow_exit references`: which lines are found, what becomes of each, exit codes."""

import io
import json
from importlib.metadata import distribution
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ml_platform.mlflow_exit.references.finding import NAMED, Action
from ml_platform.mlflow_exit.references.searching import references_find

PYTHON = '''\
import os, mlflow.pyfunc as flow
from mlflow import (
    log_metric,
)
import importlib


def train(html, client=None):
    """Trains; the html flow of a page is not meant."""
    log_metric("loss", 1.0)
    flow.load_model("m")
    importlib.import_module("ml" + "flow.tracking")
    html_flow = "htmlflow"  # an xmlflow, too
    return os.environ["MLFLOW_TRACKING_URI"], html_flow  # for MLflow
'''

# (file, content, the lines found with action and kind)
FILES = [
    (
        "train.py",
        PYTHON,
        [
            (1, "edit", "import"),
            (2, "delete", "import"),
            (3, "delete", "import"),
            (4, "delete", "import"),
            (10, "edit", "use"),
            (11, "edit", "use"),
            (12, "edit", "dynamic import"),
            (14, "edit", "setting"),
        ],
    ),
    ("old.py", "print 'mlflow'\n", [(1, "edit", "python")]),
    ("requirements.txt", "numpy\nmlflow==2.9\n", [(2, "delete", "requirement")]),
    ("uv.lock", 'name = "mlflow-skinny"\n', [(1, "edit", "requirement")]),
    (".env", "A=1\nMLFLOW_TRACKING_URI=http://m\n", [(2, "delete", "env file")]),
    ("Dockerfile", "FROM x\nENV MLFLOW_PORT=5000\n", [(2, "edit", "docker")]),
    ("cloudbuild.yaml", "args: [mlflow-server]\n", [(1, "edit", "cloud build")]),
    (".github/workflows/ci.yml", "run: pip install mlflow\n", [(1, "edit", "ci")]),
    ("main.tf", 'name = "mlflow-db"\n', [(1, "edit", "terraform")]),
    ("templates/run.html", "<a>{{ mlflow_url }}</a>\n", [(1, "edit", "template")]),
    ("docs/how.md", "We log to ML Flow.\n", [(1, "edit", "docs")]),
    ("settings.toml", 'x = "azureml-mlflow"\n', [(1, "edit", "settings")]),
    (
        "mlflow_client.py",
        "import requests\nimport mlflow\n",
        [(0, "delete", "file"), (2, "delete", "import")],
    ),
    ("flow.py", "import html\nflow = html\n", []),
]


@pytest.mark.parametrize(("name", "content", "expected"), FILES)
def test_lines_and_what_becomes_of_them(
    tmp_path: Path, name: str, content: str, expected: list[tuple[int, str, str]]
) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    found = references_find([tmp_path], [])
    assert [(one.line, one.action, one.kind) for one in found.references] == expected
    assert {one.file for one in found.references} <= {str(path)}


@pytest.mark.parametrize(
    "word", ["htmlflow", "HTMLFlow", "xmlflow", "yamlflow", "flow"]
)
def test_words_that_only_look_like_it(word: str) -> None:
    assert not NAMED.search(word)


@pytest.mark.parametrize(
    "word", ["useMlflow", "MLFLOW_X", "_mlflow", "ml-flow", "MLFlow"]
)
def test_words_that_are_it(word: str) -> None:
    assert NAMED.search(word)


def test_history_is_kept_and_only_what_was_named(tmp_path: Path) -> None:
    for name in ("CHANGELOG.md", "README.md"):
        (tmp_path / name).write_text("MLflow\n")
    found = references_find([tmp_path], ["CHANGELOG.md"])
    actions = {Path(one.file).name: one.action for one in found.references}
    assert actions == {"CHANGELOG.md": Action.KEEP, "README.md": Action.EDIT}
    assert found.remains == 1


def test_nothing_is_skipped_silently(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"\0\1 mlflow \2")
    (tmp_path / "environment").mkdir()
    (tmp_path / "environment" / "pyvenv.cfg").touch()
    (tmp_path / "environment" / "b.py").write_text("import mlflow\n")
    (tmp_path / "a.py").write_text("x = 1\n")
    (tmp_path / "link.py").symlink_to(tmp_path / "a.py")
    found = references_find([tmp_path], [])
    told = "\n".join(found.unread)
    assert "model.bin: binary, not searched, but it names MLflow" in told
    assert "environment: made by a tool" in told
    assert "link.py: a link" in told
    assert found.files == 1


def run(*arguments: str) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("mlflow_exit", "references", *arguments, stdout=out)
    except SystemExit as stop:
        return int(stop.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_exit_codes(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    assert run(str(tmp_path)) == (
        0,
        "delete: 0\nedit: 0\nkeep (history): 0\n0 remain in 1 files\n",
    )
    (tmp_path / "b.md").write_text("MLflow\n")
    code, text = run(str(tmp_path))
    assert code == 1
    assert "b.md:1: docs, tells readers about it: MLflow" in text
    assert run(str(tmp_path), "--keep", "b.md")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["/nowhere"], "references /nowhere: no such file or folder; give"),
        ([".", "--keep", "*"], "references --keep '\\*': matches everything"),
    ],
)
def test_a_search_that_says_nothing_is_refused(arguments: list[str], text: str) -> None:
    with pytest.raises(CommandError, match=text) as caught:
        run(*arguments)
    assert caught.value.returncode == 2


def test_an_empty_folder_is_no_clean_code_base(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no file could be read"):
        run(str(tmp_path))


def test_sarif_points_at_the_line(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("\nimport mlflow\n")
    told = json.loads(run(str(tmp_path), "--sarif")[1])
    (result,) = told["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert told["version"] == "2.1.0"
    assert place["artifactLocation"]["uri"] == (tmp_path / "a.py").as_uri()
    assert place["region"] == {"startLine": 2}
    assert result["level"] == "warning"
    assert result["ruleId"] in {
        rule["id"] for rule in told["runs"][0]["tool"]["driver"]["rules"]
    }


def test_a_real_package_that_uses_it() -> None:
    """Every line of Google's SDK that says the word, and no line of another file."""
    sdk = distribution("google-cloud-aiplatform")
    file = Path(str(sdk.locate_file("google/cloud/aiplatform/metadata/metadata.py")))
    found = references_find([file], [])
    lines = file.read_text().splitlines()
    spoken = {n for n, line in enumerate(lines, 1) if "mlflow" in line.lower()}
    assert len(spoken) > 20
    assert spoken == {one.line for one in found.references}
