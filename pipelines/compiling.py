"""Compiles the pipeline and the components to `pipeline_spec/`.

One command regenerates every file there and the digests in its README, so that a test
can hold files and code together.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

from components.finish_run import finish_run
from components.notify_django import notify_django
from components.persist_training_metrics import persist_training_metrics
from components.prepare_interactions import prepare_interactions
from components.train_two_tower import train_two_tower
from pipelines import environment

COMPONENTS = (
    prepare_interactions,
    train_two_tower,
    persist_training_metrics,
    notify_django,
    finish_run,
)

_README = """# pipeline_spec

Generated; `make compile` writes every file again. `recommender_training.yaml` is the
pipeline for Vertex AI and KFP, `components/` holds each step for
`kfp.components.load_component_from_file`, and `training_metrics.schema.json` is the
JSON Schema of the run's document.

| file | sha256 |
|---|---|
"""


def compile_specs(folder: Path) -> list[Path]:
    """Writes all of `pipeline_spec/` into `folder` and returns the files' paths."""
    from kfp import compiler

    from pipelines.recommender_training import recommender_training

    parts = folder / "components"
    parts.mkdir(parents=True, exist_ok=True)
    compile_one = compiler.Compiler().compile
    written = [folder / "recommender_training.yaml"]
    compile_one(recommender_training, str(written[0]))
    for component in COMPONENTS:
        written.append(parts / f"{component.name.replace('-', '_')}.yaml")
        compile_one(component, str(written[-1]))
    written.append(_write_schema(folder))
    written.append(_write_readme(folder, written))
    return written


def _write_schema(folder: Path) -> Path:
    path = folder / "training_metrics.schema.json"
    schema = subprocess.run(
        [sys.executable, "-m", "training_metrics", "schema"],
        cwd=environment.PROJECT,
        capture_output=True,
        check=True,
    )
    path.write_bytes(schema.stdout)
    return path


def _write_readme(folder: Path, files: list[Path]) -> Path:
    rows = [
        f"| `{path.relative_to(folder)}` "
        f"| `{hashlib.sha256(path.read_bytes()).hexdigest()}` |\n"
        for path in files
    ]
    readme = folder / "README.md"
    readme.write_text(_README + "".join(rows))
    return readme
