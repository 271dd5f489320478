"""Submitting to a KFP cluster: the real client's requests, captured on loopback."""

from dataclasses import replace

import pytest

from pipelines import kfp_cluster
from pipelines.errors import TracklessError
from pipelines.kfp_cluster import (
    KfpTarget,
    follow_on_kfp,
    kfp_request,
    submit_to_kfp,
)
from pipelines.submission import GKE_SPOT, Resources, Submission, Submitted
from tests.support.recorder import recording

SUBMISSION = Submission(
    job_name="trackless-42",
    pipeline_root="gs://bucket/root",
    arguments={"quick_test_id": 42, "artifacts_uri": "gs://bucket/quick_tests/42"},
    caching=True,
    experiment="nightly",
)


def cluster(*, runs=(), refuse=0):
    """A KFP API with one experiment and these runs."""

    def answer(request):
        path = request.path.partition("?")[0]
        if refuse:
            return refuse, {"error": "no"}
        if path.endswith("/healthz"):
            return 200, {"multi_user": False}
        if path.endswith("/experiments") or "/experiments/" in path:
            return 200, {
                "experiments": [{"experiment_id": "e1", "display_name": "nightly"}],
                "experiment_id": "e1",
                "display_name": "nightly",
            }
        if request.method == "POST" and path.endswith("/runs"):
            return 200, {"run_id": "r1", "display_name": request.json["display_name"]}
        return 200, {"runs": list(runs)}

    return answer


def test_the_request_is_what_the_submission_says():
    with recording(cluster()) as kfp:
        submitted = submit_to_kfp(SUBMISSION, KfpTarget(kfp.url))
    assert (submitted.name, submitted.found) == ("r1", False)
    assert submitted.console_url == f"{kfp.url}/#/runs/details/r1"
    [created] = [
        request
        for request in kfp.requests
        if request.method == "POST" and request.path.endswith("/runs")
    ]
    body = created.json
    assert body["display_name"] == "trackless-42"
    assert body["experiment_id"] == "e1"
    assert body["runtime_config"]["parameters"] == SUBMISSION.arguments
    assert body["runtime_config"]["pipeline_root"] == "gs://bucket/root"
    steps = body["pipeline_spec"]["components"]["comp-exit-handler-1"]["dag"]["tasks"]
    assert steps["prepare-interactions"]["cachingOptions"] == {"enableCache": True}
    assert steps["train-two-tower"]["cachingOptions"] == {}
    root = body["pipeline_spec"]["root"]["inputDefinitions"]["parameters"]
    assert set(SUBMISSION.arguments) <= set(root)


def test_a_repeated_submit_finds_the_first_run():
    with recording(cluster(runs=[{"run_id": "r0"}])) as kfp:
        submitted = submit_to_kfp(SUBMISSION, KfpTarget(kfp.url))
    assert (submitted.name, submitted.found) == ("r0", True)
    assert not [r for r in kfp.requests if r.path.endswith("/runs") and r.body]


@pytest.mark.parametrize("status", [401, 403, 404, 429, 503])
def test_a_refusal_is_one_line(status):
    with (
        recording(cluster(refuse=status)) as kfp,
        pytest.raises(TracklessError, match=f"answered {status}") as caught,
    ):
        submit_to_kfp(SUBMISSION, KfpTarget(kfp.url))
    assert "\n" not in str(caught.value)


def test_a_cluster_that_is_away_is_one_line():
    with pytest.raises(TracklessError, match="did not answer"):
        submit_to_kfp(SUBMISSION, KfpTarget("http://127.0.0.1:9"))


def test_a_cluster_that_never_answers_is_one_line(silent, monkeypatch):
    monkeypatch.setattr(kfp_cluster, "REQUEST_TIMEOUT_SECONDS", 0.2)
    with pytest.raises(TracklessError, match="did not answer") as caught:
        submit_to_kfp(SUBMISSION, KfpTarget(silent))
    assert "\n" not in str(caught.value)


def test_spot_asks_kubernetes_for_a_node_that_may_be_taken_away():
    spot = replace(SUBMISSION, resources=Resources("n2-standard-8", spot=True))
    with recording(cluster()) as kfp:
        submit_to_kfp(spot, KfpTarget(kfp.url))
    [created] = [
        r for r in kfp.requests if r.method == "POST" and r.json.get("runtime_config")
    ]
    both = created.json["pipeline_spec"]
    executors = both["platform_spec"]["platforms"]["kubernetes"]["deploymentSpec"]
    wanted = executors["executors"]["exec-train-two-tower"]
    assert wanted["nodeSelector"]["labels"] == {GKE_SPOT: "true"}
    [tolerated] = wanted["tolerations"]
    assert (tolerated["key"], tolerated["effect"]) == (GKE_SPOT, "NoSchedule")
    train = both["pipeline_spec"]["deploymentSpec"]["executors"]["exec-train-two-tower"]
    assert train["container"]["resources"]["resourceCpuLimit"] == "8"
    assert (
        kfp_request(spot, KfpTarget(""))["pipeline_spec"]["platform_spec"]
        == (both["platform_spec"])
    )


def test_following_returns_the_runs_code():
    states = iter(["RUNNING", "SUCCEEDED"])

    def answer(request):
        if request.path.endswith("/healthz"):
            return 200, {"multi_user": False}
        state = next(states)
        task = {"display_name": "train", "state": state}
        return 200, {
            "run_id": "r1",
            "state": state,
            "run_details": {"task_details": [task]},
        }

    shown = []
    with recording(answer) as kfp:
        code = follow_on_kfp(
            Submitted("r1", "", False),
            KfpTarget(kfp.url),
            lambda name, state: shown.append((name, state)),
            sleep=lambda seconds: None,
        )
    assert code == 0
    assert shown == [("train", "RUNNING"), ("train", "SUCCEEDED")]
