"""One submission from the look-up to the job: Django, bucket and cloud on loopback."""

import re
from dataclasses import replace

import pytest
from google.auth.credentials import AnonymousCredentials

from pipelines import bucket as bucket_room
from pipelines.errors import TracklessError
from pipelines.kfp_cluster import KfpTarget
from pipelines.runs import Run
from pipelines.submission import Submission
from pipelines.submitting import kfp_cloud, submit_run, vertex_cloud
from pipelines.vertex_target import VertexTarget
from tests.support.recorder import recording

NOBODY = Run(0, "", "")
NAME = "projects/shop/locations/europe-west1/pipelineJobs/nightly-7"
ABSENT = {"error": {"code": 404, "message": "not found", "status": "NOT_FOUND"}}


@pytest.fixture
def django():
    made = {"id": 42, "artifacts_uri": "gs://runs/quick_tests/42", "url": "u"}
    with recording(lambda request: (201, {"quick_test": made})) as recorder:
        yield recorder


@pytest.fixture
def gcs(monkeypatch):
    """A Cloud Storage with one empty bucket, `there`."""

    def answer(request):
        return (200, {}) if "/b/there/o" in request.path else (404, ABSENT)

    with recording(answer) as recorder:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", recorder.url)
        yield recorder


@pytest.fixture
def vertex():
    """A Vertex AI without a job, which takes one."""

    def answer(request):
        return (200, {"name": NAME}) if request.method == "POST" else (404, ABSENT)

    with recording(answer) as recorder:
        yield recorder


def submitted(cloud, django, given=NOBODY, root="gs://there/root"):
    submission = Submission(
        job_name="nightly-7",
        pipeline_root=root,
        arguments={"quick_test_id": 0, "artifacts_uri": "", "django_url": django.url},
    )
    if given.exists:
        arguments = {"quick_test_id": given.id, "artifacts_uri": given.artifacts_uri}
        submission = replace(submission, arguments=arguments)
    return submit_run(submission, cloud, given, params={"epochs": 3}, secret="s")


def on(vertex):
    target = VertexTarget("shop", "europe-west1", vertex.url, AnonymousCredentials())
    return vertex_cloud(target)


def test_django_makes_the_run_and_learns_the_job_s_name(django, gcs, vertex):
    assert submitted(on(vertex), django).name == NAME
    [made] = django.requests
    assert made.path == "/api/quick-tests/"
    assert made.json == {
        "name": "nightly-7",
        "params": {"epochs": 3},
        "pipeline_job_name": NAME,
    }
    [sent] = [request for request in vertex.requests if request.method == "POST"]
    given = sent.json["runtimeConfig"]["parameterValues"]
    assert given["quick_test_id"] == 42
    assert given["artifacts_uri"] == "gs://runs/quick_tests/42"


def test_a_repeated_submit_makes_no_second_run(django, gcs):
    with recording(lambda request: (200, {"name": NAME})) as vertex:
        found = submitted(on(vertex), django)
    assert (found.name, found.found) == (NAME, True)
    assert django.requests == []
    assert [request.method for request in vertex.requests] == ["GET"]


def test_a_run_that_exists_is_not_made_again(django, gcs, vertex):
    given = Run(9, "gs://runs/quick_tests/9", "")
    submitted(on(vertex), django, given)
    assert django.requests == []


def test_a_bucket_that_does_not_exist_makes_nothing(django, gcs, vertex):
    with pytest.raises(TracklessError, match=r"^gs://gone does not exist; make it"):
        submitted(on(vertex), django, root="gs://gone/root")
    assert django.requests == []
    assert not [request for request in vertex.requests if request.method == "POST"]


@pytest.mark.parametrize("status", [429, 503])
def test_a_bucket_that_is_away_makes_nothing(django, vertex, monkeypatch, status):
    with recording(lambda request: (status, {})) as gcs:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", gcs.url)
        with pytest.raises(TracklessError, match=f"answered {status}") as refused:
            submitted(on(vertex), django)
    assert "\n" not in str(refused.value)
    assert django.requests == []


def test_a_bucket_that_never_answers_makes_nothing(
    django, gcs, vertex, silent, monkeypatch
):
    monkeypatch.setattr(bucket_room, "REQUEST_TIMEOUT_SECONDS", 0.2)
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", silent)
    with pytest.raises(TracklessError, match=re.escape("gs://there: Cloud Storage")):
        submitted(on(vertex), django)
    assert django.requests == []


def test_whoever_may_not_list_the_bucket_may_submit(django, vertex, monkeypatch):
    with recording(lambda request: (403, {})) as gcs:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", gcs.url)
        assert submitted(on(vertex), django).name == NAME


def test_a_cloud_that_refuses_makes_no_run(django, gcs):
    with (
        recording(lambda request: (403, {"error": {"message": "no"}})) as vertex,
        pytest.raises(TracklessError, match="answered 403"),
    ):
        submitted(on(vertex), django)
    assert django.requests == []


def test_a_kfp_run_is_known_to_django_by_its_job_name(django, gcs):
    def answer(request):
        if request.path.endswith("/healthz"):
            return 200, {"multi_user": False}
        if "/experiments" in request.path:
            return 200, {"experiment_id": "e1", "display_name": "Default"}
        return 200, {"run_id": "r1"} if request.method == "POST" else {"runs": []}

    with recording(answer) as kfp:
        assert submitted(kfp_cloud(KfpTarget(kfp.url)), django).name == "r1"
    [made] = django.requests
    assert made.json["pipeline_job_name"] == "nightly-7"
