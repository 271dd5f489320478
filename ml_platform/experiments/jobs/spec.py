"""The compiled pipeline, as `pipeline_spec/` holds it, and a run's arguments for it.

The file is what `trackless compile` writes; which parameters a pipeline takes by name
is read from it, so another compiled pipeline can be put in its place.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.options import option

# What the run itself decides; a parameter of that name never overrides it.
_OWN = {
    "quick_test_id",
    "artifacts_uri",
    "django_url",
    "input_path",
    "columns",
    "data_options",
    "options",
}


def pipeline_spec() -> dict[str, Any]:
    """Returns the compiled pipeline that new runs are started with."""
    path = Path(option("TRACKLESS_PIPELINE_SPEC"))
    return _loaded(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _loaded(path: Path, _changed_ns: int) -> dict[str, Any]:
    import yaml

    spec: dict[str, Any] = yaml.safe_load(path.read_text())
    return spec


def arguments_for(run: QuickTest) -> dict[str, Any]:
    """Returns the pipeline's arguments for a run.

    Parameters that the pipeline has no name for go into `options`, which the trainer
    checks.
    """
    named = set(pipeline_spec()["root"]["inputDefinitions"]["parameters"]) - _OWN
    asked = {name: v for name, v in run.params.items() if v is not None}
    launch = run.launch
    return {
        "quick_test_id": run.pk,
        "artifacts_uri": run.gcs_artifacts_path,
        "django_url": option("TRACKLESS_URL"),
        "input_path": launch.get("input_path", ""),
        "columns": _json_or_empty(launch.get("columns")),
        "data_options": json.dumps(launch.get("data_options") or {}),
        "options": json.dumps({n: v for n, v in asked.items() if n not in named}),
        **{name: value for name, value in asked.items() if name in named},
    }


def _json_or_empty(value: Any) -> str:
    return json.dumps(value) if value else ""
