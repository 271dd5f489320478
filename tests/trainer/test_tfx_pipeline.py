"""The TFX pipeline of docs/tfx.md, run and compiled as it stands there."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from trainer.errors import ParameterError

DOCS = Path(__file__).resolve().parents[2] / "docs" / "tfx.md"


def _script(number: int) -> Any:
    scripts = re.findall(r"```python\n(.*?)```", DOCS.read_text(), re.S)
    return compile(scripts[number], f"{DOCS.name} script {number + 1}", "exec")


def test_a_local_run_writes_the_same_document_as_the_executor_alone(
    trained: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    exec(_script(0))

    document = json.loads(Path("tfx/run_1/training_metrics.json").read_text())
    alone = trained.document
    assert document["status"] == "completed"
    assert document["epochs"] == alone["epochs"]
    for section in ("loss", "metrics", "gradient", "final_metrics"):
        assert set(document[section]) == set(alone[section]), section
    for name, values in alone["loss"].items():
        assert document["loss"][name] == pytest.approx(values, rel=1e-3), name
    assert document["params"] == alone["params"]
    assert list(Path("tfx/pipeline_root/Trainer/model").rglob("saved_model.pb"))
    own = _report("tfx/run_1/training_metrics.json")
    assert own == _report(trained.artifacts / "training_metrics.json")
    assert {"Loss", "Weights of query", "Metrics at k", "Parameters"} <= set(own)


def _report(document: str | Path) -> list[str]:
    """The titles of what the report of a document shows, by docs/tfx.md's command."""
    command = [sys.executable, "-m", "components.report", str(document), "report.html"]
    subprocess.run(command, check=True)
    page = Path("report.html").read_text()
    return re.findall(r"<(?:figcaption|h2)>(.*?)</", page)


def test_it_compiles_for_vertex_with_tfx_s_own_runner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    exec(_script(1))

    spec = json.loads(Path("recommender.json").read_text())["pipelineSpec"]
    trainer = spec["root"]["dag"]["tasks"]["Trainer"]
    examples = trainer["inputs"]["artifacts"]["examples"]["taskOutputArtifact"]
    assert examples["producerTask"] == "InteractionsExampleGen"
    custom = trainer["inputs"]["parameters"]["custom_config"]["runtimeValue"]
    assert json.loads(custom["constantValue"]["stringValue"]) == {
        "artifacts": "gs://shop-runs/quick_tests/1",
        "parameters": {"epochs": 10},
    }
    executor = spec["deploymentSpec"]["executors"]["Trainer_executor"]["container"]
    assert executor["command"][0] == "/trackless/.venv-trainer/bin/python"
    assert "GenericExecutor" in " ".join(executor["args"])


def test_a_bad_parameter_is_refused_before_any_component_exists() -> None:
    from trainer.tfx_pipeline import create_pipeline

    with pytest.raises(ParameterError, match="epochs: received 0"):
        create_pipeline(
            name="p", root="r", artifacts="a", training={"epochs": 0}, preparation={}
        )
