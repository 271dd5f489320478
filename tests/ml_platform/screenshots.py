"""Makes the pictures of the pages for the docs.

`python -m tests.ml_platform.screenshots FOLDER` starts a server of its own on sample
runs in a temporary folder and photographs every page and state, light and dark, and
the phone's width. Nothing outside FOLDER and the temporary folder is touched.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.ml_platform.list_shots import EMPTY_SHOTS, LIST_SHOTS, at_both_widths

REPOSITORY = Path(__file__).parents[2]
Shot = tuple[str, str, int]
SHOTS: tuple[Shot, ...] = (
    ("runs", "/experiments/", 1440),
    ("run-training", "/experiments/1/", 1440),
    ("run-training-phone", "/experiments/1/", 390),
    ("state-failed", "/experiments/2/", 1440),
    ("state-running", "/experiments/3/", 1440),
    ("state-no-data", "/experiments/4/", 1440),
    *at_both_widths(LIST_SHOTS),
)


def main() -> None:
    """Parses the command line, serves and photographs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="trackless-shots-") as home:
        os.environ["TRACKLESS_HOME"] = home
        ready = Path(home) / "ready.json"
        arguments = ("serve_local", "--port", "0", "--ready-file", str(ready))
        server = subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=REPOSITORY,
            stdout=subprocess.DEVNULL,
        )
        try:
            while not ready.exists():
                time.sleep(0.1)
            _photograph(json.loads(ready.read_text()), folder)
        finally:
            server.terminate()
            server.wait()


def _seed() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ml_platform.settings")
    django.setup()
    from ml_platform.experiments.services.quick_tests import quick_test_create
    from ml_platform.experiments.services.training_cache import TrainingCacheService
    from tests.ml_platform.many_samples import many_documents
    from tests.ml_platform.samples import sample_document, write_document

    failed = sample_document(34, status="failed", attempts=1, seed=3)
    failed["error"] = {"kind": "loss_not_finite", "message": "From epoch 32 on."}
    documents = {
        "two-tower-64d-logq-l2-1e-5": sample_document(),
        "logq-64d-temp-0.02": failed,
        "logq-128d-adagrad-lr3e-3": sample_document(22, status="running", attempts=1),
        "two-tower-64d-weekly": None,
        "two-tower-64d-seed-3": sample_document(seed=7, marks=False, attempts=1),
    }
    for name, document in [*documents.items(), *many_documents()]:
        run = quick_test_create(name=name, params={})
        if document:
            write_document(Path(run.gcs_artifacts_path), document)
        TrainingCacheService().cache_training_history(run)


def _photograph(told: dict[str, str], folder: Path) -> None:
    from tests.ml_platform.browser import chromium

    base = told["url"].removesuffix("/experiments/")
    with chromium() as browser:
        context = browser.new_context()
        context.new_page().goto(told["login_url"])
        state = context.storage_state()
        _shoot(browser, state, base, folder, at_both_widths(EMPTY_SHOTS))
        _seed()
        _shoot(browser, state, base, folder, SHOTS)


def _shoot(
    browser: Any, state: Any, base: str, folder: Path, shots: Sequence[Shot]
) -> None:
    for name, path, width in shots:
        for theme in ("light", "dark"):
            page = browser.new_context(
                storage_state=state,
                color_scheme=theme,
                viewport={"width": width, "height": 900},
            ).new_page()
            page.goto(base + path)
            if page.locator("[data-plot]").count():
                page.wait_for_selector("[data-drawn=all]")
            target = folder / f"{name}-{theme}.png"
            page.screenshot(path=str(target), full_page=True)
            print(target)
            page.context.close()


if __name__ == "__main__":
    main()
