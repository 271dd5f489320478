"""Makes the pictures of the pages for the docs.

`python -m tests.ml_platform.screenshots FOLDER` starts a server of its own on sample
runs in a temporary folder and photographs every page and every state of a run's page,
light and dark, at a desk's and a phone's width, and a run's page in print and in forced
colours; the pages of an empty database first. `--only WORD` takes those whose name has
it. Nothing outside FOLDER and the temporary folder is touched.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.ml_platform.list_shots import EMPTY_SHOTS, LIST_SHOTS

REPOSITORY = Path(__file__).parents[2]
NAMES = {
    "training": "two-tower-64d-logq-l2-1e-5",
    "failed": "logq-64d-temp-0.02",
    "running": "logq-128d-adagrad-lr3e-3",
    "hostile": "<img src=x onerror=alert(1)>",
}
VIEWS = (("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390))
Shot = tuple[str, str, str, int, str]
"""Name, path, theme, width and medium of a picture."""


def main() -> None:
    """Parses the command line, serves and photographs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="a word of the pictures' names")
    told = parser.parse_args()
    folder: Path = told.folder
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
            _photograph(json.loads(ready.read_text()), folder, told.only)
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
    from tests.ml_platform.run_states import run_states
    from tests.ml_platform.samples import write_document

    documents = [
        (NAMES.get(state, f"two-tower-64d-{state}"), document)
        for state, document in run_states().items()
    ]
    for name, document in [*documents, *many_documents()]:
        run = quick_test_create(name=name, params={"embedding_dim": 64})
        if document:
            write_document(Path(run.gcs_artifacts_path), document)
        TrainingCacheService().cache_training_history(run)


def _every_view(pages: Iterable[tuple[str, str]]) -> list[Shot]:
    return [
        (f"{name}-{theme}{'-phone' if width < 640 else ''}", path, theme, width, "")
        for name, path in pages
        for theme, width in VIEWS
    ]


def _shots() -> list[Shot]:
    from tests.ml_platform.run_states import run_states

    states = enumerate(run_states(), start=1)
    paths = [(f"run-{state}", f"/experiments/{pk}/") for pk, state in states]
    return [
        *_every_view((*LIST_SHOTS, *paths)),
        ("run-training-print", "/experiments/1/", "dark", 760, "print"),
        ("run-training-forced", "/experiments/1/", "dark", 1440, "forced"),
    ]


def _photograph(told: dict[str, str], folder: Path, only: str) -> None:
    from tests.ml_platform.browser import chromium

    base = told["url"].removesuffix("/experiments/")
    with chromium() as browser:
        context = browser.new_context()
        context.new_page().goto(told["login_url"])
        state = context.storage_state()
        shots = [shot for shot in _every_view(EMPTY_SHOTS) if only in shot[0]]
        _shoot(browser, state, base, folder, shots)
        _seed()
        shots = [shot for shot in _shots() if only in shot[0]]
        _shoot(browser, state, base, folder, shots)


def _shoot(
    browser: Any, state: Any, base: str, folder: Path, shots: list[Shot]
) -> None:
    for name, path, theme, width, medium in shots:
        page = browser.new_context(
            storage_state=state,
            color_scheme=theme,
            forced_colors="active" if medium == "forced" else "none",
            viewport={"width": width, "height": 900},
        ).new_page()
        page.goto(base + path)
        if page.locator("[data-plot]").count():
            page.wait_for_selector("[data-drawn=all]")
        if medium == "print":
            page.emulate_media(media="print")
        target = folder / f"{name}.png"
        page.screenshot(path=str(target), full_page=True)
        print(target)
        page.context.close()


if __name__ == "__main__":
    main()
