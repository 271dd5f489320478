"""The modules of a page are found by following its imports."""

from pathlib import Path

import pytest

from ml_platform.experiments import modules


def test_imports_are_followed_across_folders() -> None:
    found = modules.modules_of("experiments/js/run_page.js")
    assert "experiments/js/charts/line_chart.js" in found
    assert "experiments/js/lib/api.js" in found
    # What opens on demand is fetched then.
    assert "experiments/js/charts/picture.js" not in found
    assert "experiments/js/run_page.js" not in found
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    "page",
    [
        "run_page.js",
        "compare_page.js",
        "runs_page.js",
        "rankings_page.js",
        "heat_page.js",
    ],
)
def test_every_module_named_exists(page: str) -> None:
    static = Path(modules.__file__).parent / "static"
    for path in modules.modules_of(f"experiments/js/{page}"):
        assert (static / path).is_file()
