"""The files of pipeline_spec/ are what the code compiles to today."""

import hashlib
import json
import re
from pathlib import Path

import pytest
import yaml

from pipelines.compiling import compile_specs
from pipelines.recommender_training import recommender_training

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / "pipeline_spec"


@pytest.fixture(scope="module")
def compiled(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("spec")
    compile_specs(folder)
    return folder


def parsed(path: Path):
    return (
        json.loads(path.read_text())
        if path.suffix == ".json"
        else list(yaml.safe_load_all(path.read_text()))
    )


def test_every_file_is_what_make_compile_writes_today(compiled):
    fresh = {p.relative_to(compiled) for p in compiled.rglob("*") if p.is_file()}
    kept = {p.relative_to(SPEC) for p in SPEC.rglob("*") if p.is_file()}
    assert fresh == kept
    for name in fresh - {Path("README.md")}:
        assert parsed(compiled / name) == parsed(SPEC / name), f"{name}: make compile"


def test_the_digests_in_the_readme_are_those_of_the_files():
    rows = re.findall(r"`(\S+)` \| `([0-9a-f]{64})`", (SPEC / "README.md").read_text())
    assert len(rows) == 7
    for name, digest in rows:
        assert hashlib.sha256((SPEC / name).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("path", sorted((SPEC / "components").glob("*.yaml")))
def test_a_stranger_can_load_each_component_alone(path):
    from kfp import components

    loaded = components.load_component_from_file(str(path))
    assert loaded.name.replace("-", "_") == path.stem


@pytest.mark.parametrize("path", sorted((SPEC / "components").glob("*.yaml")))
def test_each_component_says_what_its_parameters_mean_and_their_defaults(path):
    [spec] = parsed(path)
    [component] = spec["components"].values()
    for name, one in component["inputDefinitions"]["parameters"].items():
        assert one["description"], name
        assert ("defaultValue" in one) == ("default" in one["description"]), name


def test_the_exit_task_gets_every_parameter_it_needs():
    [spec] = parsed(SPEC / "recommender_training.yaml")
    task = spec["root"]["dag"]["tasks"]["finish-run"]
    assert task["triggerPolicy"]["strategy"] == "ALL_UPSTREAM_TASKS_COMPLETED"
    given = task["inputs"]["parameters"]
    for name in ("artifacts_uri", "django_url", "quick_test_id"):
        assert given[name]["componentInputParameter"] == name
    assert "taskFinalStatus" in given["status"]


def test_no_secret_is_a_parameter():
    names = recommender_training.pipeline_spec.root.input_definitions.parameters
    assert not [name for name in names if "secret" in name or "token" in name]
