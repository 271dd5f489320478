"""Links to Google's console: right places, and nothing that only looks like one."""

import pytest

from ml_platform.experiments.presenters.lineage import job_url, place_url

CONSOLE = "https://console.cloud.google.com"


@pytest.mark.parametrize(
    ("place", "page"),
    [
        ("gs://shop/day/a.csv", "/storage/browser/_details/shop/day/a.csv"),
        ("gs://shop/quick_tests/42/", "/storage/browser/shop/quick_tests/42"),
        ("gs://shop/days/*.csv", "/storage/browser/shop/days"),
        ("gs://shop/a b?c", "/storage/browser/shop/a%20b%3Fc"),
    ],
)
def test_a_place_in_a_bucket_has_a_page(place: str, page: str) -> None:
    assert place_url(place) == CONSOLE + page


@pytest.mark.parametrize(
    "place", ["", "/tmp/a.csv", "javascript:alert(1)", "https://evil.example/", "gs://"]
)
def test_nothing_else_has_one(place: str) -> None:
    assert place_url(place) == ""


def test_a_job_on_vertex_has_a_page_and_a_local_one_has_none() -> None:
    name = "projects/shop-1/locations/europe-west1/pipelineJobs/trackless-42"
    assert job_url(name) == (
        f"{CONSOLE}/vertex-ai/locations/europe-west1/pipelines/runs/trackless-42"
        "?project=shop-1"
    )
    assert job_url("recommender-20261123") == ""
    assert job_url(f"{name}/../x") == ""
