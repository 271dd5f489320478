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
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
_CHOSEN = "?ids=24,23,9,21&page_size=25"
LIST_SHOTS = (
    ("runs-chosen", f"/experiments/{_CHOSEN}", 1440),
    ("runs-columns", f"/experiments/{_CHOSEN}#columns", 1440),
    ("runs-phone", "/experiments/?ids=34,32&status=completed", 390),
    ("runs-no-match", "/experiments/?search=two-tower&days=1&split=random", 1440),
    ("compare-phone", "/experiments/compare/?ids=1,6,2,9,8", 390),
    ("leaderboard", "/experiments/leaderboard/", 1440),
    ("leaderboard-phone", "/experiments/leaderboard/", 390),
    ("scatter", "/experiments/scatter/", 1440),
    ("scatter-categories", "/experiments/scatter/?param=optimizer", 1440),
    ("scatter-phone", "/experiments/scatter/?param=embedding_dim", 390),
    ("heatmap", "/experiments/heatmap/", 1440),
    ("heatmap-phone", "/experiments/heatmap/", 390),
)
"""Pages of many runs, those of `many_samples` among them."""

SHOTS = (
    ("runs", "/experiments/", 1440),
    ("run-training", "/experiments/1/", 1440),
    ("run-training-phone", "/experiments/1/", 390),
    ("state-failed", "/experiments/2/", 1440),
    ("state-running", "/experiments/3/", 1440),
    ("state-no-data", "/experiments/4/", 1440),
    ("compare", "/experiments/compare/?ids=1,6,2,9,8", 1440),
    *LIST_SHOTS,
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
            _seed()
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
        for name, path, width in SHOTS:
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
