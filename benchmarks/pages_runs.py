"""The runs that `benchmarks/pages.py` opens, made in a process of Django's.

`python -m benchmarks.pages_runs FOLDER` caches them in the database that the
environment names, writes an `N.json` for each of the short ones into FOLDER, for the
other trackers, and prints a one-time login token.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

from tests.ml_platform.samples import sample_document, write_document

SERIES, EPOCHS, MANY_EPOCHS, RUNS = 140, 150, 10_000, 20
"""Run 1 has so many series; runs 1 to RUNS have EPOCHS, the one after MANY_EPOCHS."""


def main() -> None:
    """Does what the module's docstring says."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ml_platform.settings")
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    from ml_platform.experiments.services.login_links import login_link_create
    from ml_platform.experiments.services.quick_tests import quick_test_create
    from ml_platform.experiments.services.training_cache import TrainingCacheService

    call_command("migrate", verbosity=0)
    for number, document in enumerate(documents(), start=1):
        run = quick_test_create(name=f"run {number}", params=document["params"])
        write_document(Path(run.gcs_artifacts_path), document)
        assert TrainingCacheService().cache_training_history(run)
        if number <= RUNS:
            path = Path(sys.argv[1], f"{number}.json")
            path.write_text(json.dumps(told(document, whole=number == 1)))
    user = get_user_model().objects.create(username="benchmark")
    print(login_link_create(user=user))


def documents() -> list[dict[str, Any]]:
    """Runs 1 to RUNS, then the long one."""
    found = [
        sample_document(EPOCHS, seed=seed, marks=seed == 1)
        for seed in range(1, RUNS + 1)
    ]
    draw = np.random.default_rng(1)
    for number in range(SERIES - len(scalars(found[0]))):
        values = np.cumsum(draw.normal(0, 1, EPOCHS))
        found[0]["metrics"][f"layer_{number}_norm"] = [round(v, 4) for v in values]
    return [*found, sample_document(MANY_EPOCHS, histogram_bins=41)]


def told(document: dict[str, Any], whole: bool) -> dict[str, Any]:
    """What another tracker is given: scalars and the histograms' edges and counts.

    Of a run that is only compared the losses, recalls and norms; that takes nothing
    from what those pages draw, and minutes from filling an MLflow server.
    """
    if not whole:
        return {
            "epochs": document["epochs"],
            "params": document["params"],
            "scalars": {
                name: values
                for name, values in scalars(document).items()
                if name.endswith("loss") or "recall" in name or name.endswith("_norm")
            },
            "histograms": {},
        }
    return {
        "epochs": document["epochs"],
        "params": document["params"],
        "scalars": scalars(document),
        "histograms": {
            f"{group}/{tower}": document[group][tower]["histogram"]
            for group in ("weight_stats", "gradient_stats")
            for tower in document[group]
        },
    }


def scalars(document: dict[str, Any]) -> dict[str, list[float | None]]:
    """Every series by a flat name."""
    found = {**document["loss"], **document["metrics"]}
    found |= {f"{name}_norm": values for name, values in document["gradient"].items()}
    for group in ("weight_stats", "gradient_stats"):
        for tower, stats in document[group].items():
            found |= {
                f"{tower}_{group}_{name}": values
                for name, values in stats.items()
                if name != "histogram"
            }
    return found


if __name__ == "__main__":
    main()
