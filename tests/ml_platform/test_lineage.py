"""Links to Google's console: right places, and nothing that only looks like one."""

import pytest

from ml_platform.experiments.presenters.lineage import Place, job_url, place_url, places

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


def test_a_models_place_tells_the_jobs() -> None:
    job = "gs://shop/pipelines/123/trackless-42"
    model = f"{job}/train-two-tower_-7/model/Format-Serving"
    page = f"{CONSOLE}/storage/browser/shop/pipelines/123/trackless-42"
    assert places("gs://shop/quick_tests/42/", model)[1:] == [
        Place("Model", model, f"{page}/train-two-tower_-7/model/Format-Serving"),
        Place("Job, with report", job, page),
    ]
    assert [place.what for place in places("/runs/42", "")] == ["Artifacts"]
    local = places("/runs/42", "/elsewhere/model")
    assert [(place.what, place.url) for place in local] == [
        ("Artifacts", ""),
        ("Model", ""),
    ]
