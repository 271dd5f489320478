"""Submitting to Vertex AI: the real client's requests, captured on loopback."""

import dataclasses

import pytest
from google.auth.credentials import AnonymousCredentials

from pipelines import vertex as vertex_room
from pipelines.errors import TracklessError
from pipelines.submission import Resources, Submission
from pipelines.vertex import (
    find_on_vertex,
    follow_on_vertex,
    submit_to_vertex,
    vertex_request,
)
from pipelines.vertex_target import VertexTarget
from tests.support.recorder import recording

SUBMISSION = Submission(
    job_name="trackless-42",
    pipeline_root="gs://bucket/root",
    arguments={
        "quick_test_id": 42,
        "artifacts_uri": "gs://bucket/quick_tests/42",
        "epochs": 3,
    },
    image_prefix="europe-west1-docker.pkg.dev/shop/trackless",
    resources=Resources("n2-standard-8", "NVIDIA_TESLA_T4", 1),
    labels={"team": "recommendations"},
    caching=True,
    fail_fast=True,
    service_account="trainer@shop.iam.gserviceaccount.com",
    network="projects/1/global/networks/default",
    notify_secret="projects/shop/secrets/notify/versions/latest",
    oidc_audience="https://shop.example",
)
NAME = "projects/shop/locations/europe-west1/pipelineJobs/trackless-42"


def target(url: str = "") -> VertexTarget:
    return VertexTarget("shop", "europe-west1", url, AnonymousCredentials())


def test_the_request_is_what_the_submission_says():
    with recording(lambda request: (200, {"name": NAME})) as vertex:
        submitted = submit_to_vertex(SUBMISSION, target(vertex.url))
    assert submitted.name == NAME
    assert not submitted.found
    [request] = vertex.requests
    assert request.method == "POST"
    path, _, query = request.path.partition("?")
    assert path == "/v1/projects/shop/locations/europe-west1/pipelineJobs"
    assert "pipelineJobId=trackless-42" in query
    body = request.json
    runtime = body["runtimeConfig"]
    assert runtime["gcsOutputDirectory"] == "gs://bucket/root"
    assert runtime["failurePolicy"] in (2, "PIPELINE_FAILURE_POLICY_FAIL_FAST")
    assert runtime["parameterValues"]["quick_test_id"] == 42
    assert body["serviceAccount"] == "trainer@shop.iam.gserviceaccount.com"
    assert body["network"] == "projects/1/global/networks/default"
    assert body["labels"]["team"] == "recommendations"
    steps = body["pipelineSpec"]["components"]["comp-exit-handler-1"]["dag"]["tasks"]
    assert steps["prepare-interactions"]["cachingOptions"] == {"enableCache": True}
    assert steps["train-two-tower"]["cachingOptions"] == {}
    executors = body["pipelineSpec"]["deploymentSpec"]["executors"]
    train = executors["exec-train-two-tower"]["container"]
    assert train["image"].startswith("europe-west1-docker.pkg.dev/shop/trackless/")
    assert train["resources"]["cpuLimit"] == 8
    assert train["resources"]["accelerator"]["type"] == "NVIDIA_TESLA_T4"
    variables = [
        {
            "name": "TRACKLESS_NOTIFY_SECRET",
            "value": "projects/shop/secrets/notify/versions/latest",
        },
        {"name": "TRACKLESS_OIDC_AUDIENCE", "value": "https://shop.example"},
    ]
    for name in ("exec-notify-django", "exec-finish-run"):
        assert executors[name]["container"]["env"] == variables
    assert "env" not in train


def test_a_secret_itself_is_never_sent():
    with pytest.raises(TracklessError, match="would be shown by the console") as no:
        Submission(
            job_name="a", pipeline_root="gs://b", arguments={}, notify_secret="hunter2"
        )
    assert "hunter2" not in str(no.value)


def test_every_argument_is_a_parameter_of_the_pipeline():
    body = vertex_request(SUBMISSION, target())
    known = body["pipelineSpec"]["root"]["inputDefinitions"]["parameters"]
    assert set(body["runtimeConfig"]["parameterValues"]) <= set(known)


def test_a_repeated_submit_finds_the_first_job():
    exists = {"error": {"code": 409, "message": "exists", "status": "ALREADY_EXISTS"}}
    with recording(lambda request: (409, exists)) as vertex:
        submitted = submit_to_vertex(SUBMISSION, target(vertex.url))
    assert submitted.found
    assert submitted.name == NAME


@pytest.mark.parametrize(
    ("status", "word", "remedy"),
    [
        (403, "PERMISSION_DENIED", "Check --project, and grant the submitter aipl"),
        (404, "NOT_FOUND", "Check --project and --region"),
        (429, "RESOURCE_EXHAUSTED", "Submit again"),
        (503, "UNAVAILABLE", "Submit again"),
    ],
)
def test_a_refusal_is_one_line_with_a_remedy(status, word, remedy):
    said = {"error": {"code": status, "message": "no", "status": word}}
    with (
        recording(lambda request: (status, said)) as vertex,
        pytest.raises(TracklessError, match=remedy) as caught,
    ):
        submit_to_vertex(SUBMISSION, target(vertex.url))
    assert "\n" not in str(caught.value)
    assert "shop, europe-west1" in str(caught.value)


@pytest.mark.parametrize("call", [submit_to_vertex, find_on_vertex])
def test_a_vertex_that_never_answers_is_one_line(silent, monkeypatch, call):
    monkeypatch.setattr(vertex_room, "REQUEST_TIMEOUT_SECONDS", 0.2)
    with pytest.raises(TracklessError, match="answered nothing") as caught:
        call(SUBMISSION, target(silent))
    assert "Submit again: the same job name" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_vertex_that_cannot_be_reached_is_one_line():
    with pytest.raises(TracklessError, match="answered nothing") as caught:
        submit_to_vertex(SUBMISSION, target("http://127.0.0.1:9"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("call", [vertex_request, submit_to_vertex, find_on_vertex])
def test_a_region_that_does_not_exist_is_named(call):
    atlantis = dataclasses.replace(target(), region="atlantis-west1")
    with pytest.raises(TracklessError, match=r"^--region atlantis-west1: ") as caught:
        call(SUBMISSION, atlantis)
    assert "\n" not in str(caught.value)


METADATA = "projects/shop/locations/europe-west1/metadataStores/default"


def experiments(state):
    """A Vertex AI with the experiment `nightly`, whose job is in a state."""
    context = {"name": f"{METADATA}/contexts/trackless-42"}
    detail = {"pipelineRunContext": context} if "RUNNING" in state else {}

    def answer(request):
        path = request.path.partition("?")[0]
        if path.endswith("/contexts/nightly"):
            return 200, {
                "name": f"{METADATA}/contexts/nightly",
                "schemaTitle": "system.Experiment",
                "metadata": {"experiment_deleted": False},
            }
        if "/pipelineJobs" in path:
            return 200, {"name": NAME, "state": state, "jobDetail": detail}
        return 200, {}

    return answer


def test_the_job_is_filed_under_its_experiment():
    filed = dataclasses.replace(SUBMISSION, experiment="nightly")
    with recording(experiments("PIPELINE_STATE_RUNNING")) as vertex:
        submit_to_vertex(filed, target(vertex.url))
    asked = vertex.requests[-1]
    assert f"{METADATA}/contexts/nightly:addContextChildren" in asked.path
    assert asked.json == {"childContexts": [f"{METADATA}/contexts/trackless-42"]}


def test_a_job_that_is_over_before_it_is_filed_is_one_line():
    filed = dataclasses.replace(SUBMISSION, experiment="nightly")
    with (
        recording(experiments("PIPELINE_STATE_FAILED")) as vertex,
        pytest.raises(TracklessError, match=r"^--experiment nightly: trackless-42 was"),
    ):
        submit_to_vertex(filed, target(vertex.url))


def test_an_experiment_that_is_refused_is_one_line():
    def answer(request):
        if "/pipelineJobs" in request.path:
            return 200, {"name": NAME}
        return 403, {"error": {"code": 403, "message": "no contexts"}}

    filed = dataclasses.replace(SUBMISSION, experiment="nightly")
    with (
        recording(answer) as vertex,
        pytest.raises(TracklessError, match="answered 403") as caught,
    ):
        submit_to_vertex(filed, target(vertex.url))
    assert "\n" not in str(caught.value)


def test_following_shows_tasks_as_they_change_and_returns_the_runs_code():
    def job(state, task):
        detail = {"taskDetails": [{"taskName": "train", "state": task}]}
        return 200, {"name": NAME, "state": state, "jobDetail": detail}

    answers = iter(
        [
            job("PIPELINE_STATE_RUNNING", "RUNNING"),
            job("PIPELINE_STATE_RUNNING", "RUNNING"),
            job("PIPELINE_STATE_FAILED", "FAILED"),
        ]
    )
    shown = []
    with recording(lambda request: next(answers)) as vertex:
        from pipelines.submission import Submitted

        code = follow_on_vertex(
            Submitted(NAME, "", False),
            target(vertex.url),
            lambda name, state: shown.append((name, state)),
            sleep=lambda seconds: None,
        )
    assert code == 1
    assert shown == [("train", "RUNNING"), ("train", "FAILED")]


def test_a_job_name_that_vertex_would_refuse_is_named():
    with pytest.raises(TracklessError, match="--job-name Nightly_1"):
        Submission(job_name="Nightly_1", pipeline_root="gs://b", arguments={})


@pytest.fixture
def nobody(monkeypatch, tmp_path):
    """A machine without any Google credentials."""
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "True")
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    return VertexTarget("shop", "europe-west1")


def test_the_request_is_made_without_credentials(nobody):
    assert vertex_request(SUBMISSION, nobody) == vertex_request(SUBMISSION, target())


def test_without_credentials_nothing_is_submitted_and_one_line_says_why(nobody):
    with pytest.raises(TracklessError, match="no Google credentials; run `gcloud auth"):
        submit_to_vertex(SUBMISSION, nobody)
