"""The allow-list of roots: what is under a root, and every trick that is not."""

from pathlib import Path
from typing import Any

import pytest

from ml_platform.experiments.errors import RootNotAllowed
from ml_platform.experiments.roots import file_allowed, first_root, place_allowed


@pytest.fixture
def _gs_root(settings: Any) -> None:
    settings.TRACKLESS_ARTIFACT_ROOTS = ["gs://bucket/runs"]


@pytest.mark.usefixtures("_gs_root")
@pytest.mark.parametrize(
    ("place", "normal"),
    [
        ("gs://bucket/runs/42", "gs://bucket/runs/42"),
        ("gs://bucket/runs/42/", "gs://bucket/runs/42"),
        ("/gcs/bucket/runs/42", "gs://bucket/runs/42"),
        ("gs://bucket/runs", "gs://bucket/runs"),
    ],
)
def test_a_place_under_the_root_is_normalised(place: str, normal: str) -> None:
    assert place_allowed(place) == normal


@pytest.mark.usefixtures("_gs_root")
@pytest.mark.parametrize(
    "place",
    [
        "gs://bucket-evil/runs/42",
        "gs://bucket/runs-old/42",
        "gs://bucket/run",
        "gs://other/runs/42",
        "/tmp/runs/42",
    ],
)
def test_a_look_alike_is_under_no_root(place: str) -> None:
    with pytest.raises(RootNotAllowed, match="is under no allowed root"):
        place_allowed(place)


@pytest.mark.usefixtures("_gs_root")
@pytest.mark.parametrize(
    "place",
    [
        "gs://bucket/runs/../secret",
        "gs://bucket/runs//42",
        "gs://bucket/runs/./42",
        "gs://bucket/runs/%2e%2e/secret",
        "gs://bucket/runs/42?generation=1",
        "gs://bucket/runs/42#x",
        "gs://user@bucket/runs/42",
        "gs://bucket\\runs/42",
        "gs://bucket/runs/42\x00",
        "gs://BUCKET/runs/42",
        "gs:///runs/42",
        "https://bucket/runs/42",
        "file:///etc",
        "runs/42",
        "gs://bucket/runs/" + "x" * 2000,
    ],
)
def test_an_odd_spelling_is_refused(place: str) -> None:
    with pytest.raises(RootNotAllowed, match="artifacts_uri"):
        place_allowed(place)


def test_a_link_out_of_the_root_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "artifacts"
    outside = tmp_path / "outside"
    outside.mkdir()
    root.mkdir()
    (root / "42").symlink_to(outside)
    with pytest.raises(RootNotAllowed, match="is under no allowed root"):
        place_allowed(str(root / "42"))


def test_a_document_that_links_out_of_the_root_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "artifacts" / "42"
    folder.mkdir(parents=True)
    (tmp_path / "secret.json").write_text("{}")
    (folder / "training_metrics.json").symlink_to(tmp_path / "secret.json")
    with pytest.raises(RootNotAllowed, match="is under no allowed root"):
        file_allowed(str(folder), "training_metrics.json")


def test_new_runs_go_under_the_first_root(settings: Any) -> None:
    settings.TRACKLESS_ARTIFACT_ROOTS = ["gs://bucket/runs/", "/tmp"]
    assert first_root() == "gs://bucket/runs"
