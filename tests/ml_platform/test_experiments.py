"""Starting, following, cancelling and repeating runs, on Vertex AI and on this machine.

Vertex AI is a recorder on loopback that gets the real requests; a local job is a real
process, though a short one.
"""

import re
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from ml_platform.experiments.errors import (
    JobRefused,
    PlatformAway,
    RequestRefused,
    StoreAway,
    WrongState,
)
from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.services import training_cache
from ml_platform.experiments.services.api_tokens import token_create
from ml_platform.experiments.services.experiments import ExperimentService
from ml_platform.experiments.services.reconciling import runs_reconcile
from ml_platform.experiments.services.training_cache import TrainingCacheService
from tests.ml_platform.samples import sample_document, write_document
from tests.support.recorder import Recorder

MakeRun = Callable[..., QuickTest]
PARENT = "projects/shop/locations/europe-west1/pipelineJobs"
VERTEX = {"target": "vertex"}


def started(make_run: MakeRun, **params: Any) -> QuickTest:
    run = make_run()
    run.params = params
    run.save()
    return ExperimentService().start(run, launch=dict(VERTEX))


def answers(vertex: Recorder, status: int, **body: Any) -> None:
    vertex.answer = lambda request: (status, body)


def test_the_request_names_run_place_and_parameters(
    vertex: Recorder, make_run: MakeRun
) -> None:
    run = started(make_run, epochs=3, towers=[64])
    [request] = vertex.requests
    assert request.path == f"/v1/{PARENT}?pipelineJobId=trackless-{run.pk}"
    body = request.json
    values = body["runtimeConfig"]["parameterValues"]
    assert values["quick_test_id"] == run.pk
    assert values["artifacts_uri"] == run.gcs_artifacts_path
    assert (values["epochs"], values["options"]) == (3, '{"towers": [64]}')
    executors = body["pipelineSpec"]["deploymentSpec"]["executors"].values()
    images = {executor["container"]["image"] for executor in executors}
    assert all(i.startswith("europe-west1-docker.pkg.dev/shop/") for i in images)
    assert run.pipeline_job_name == f"{PARENT}/trackless-{run.pk}"


def test_a_second_start_finds_the_first_job(
    vertex: Recorder, make_run: MakeRun
) -> None:
    run = started(make_run)
    answers(vertex, 409, error={"message": "exists"})
    again = ExperimentService().start(run, launch=dict(VERTEX))
    assert again.pipeline_job_name == run.pipeline_job_name


def test_a_refused_start_can_be_repeated(vertex: Recorder, make_run: MakeRun) -> None:
    run = make_run()
    answers(vertex, 403, error={"message": "denied"})
    with pytest.raises(JobRefused, match="answered 403: denied; grant the server"):
        ExperimentService().start(run, launch=dict(VERTEX))
    run.refresh_from_db()
    assert run.pipeline_job_name == ""


def test_no_answer_keeps_the_name_of_what_may_be_there(
    vertex: Recorder, make_run: MakeRun
) -> None:
    run = make_run()
    answers(vertex, 503)
    with pytest.raises(PlatformAway, match="answered 503; try again"):
        ExperimentService().start(run, launch=dict(VERTEX))
    run.refresh_from_db()
    assert run.pipeline_job_name == f"{PARENT}/trackless-{run.pk}"


def test_a_job_that_ended_has_its_document_cached(
    vertex: Recorder, make_run: MakeRun
) -> None:
    run = started(make_run)
    assert ExperimentService().follow(run).status == "running"
    write_document(Path(run.gcs_artifacts_path), sample_document(5))
    answers(vertex, 200, state="PIPELINE_STATE_SUCCEEDED")
    run = ExperimentService().follow(run)
    assert (run.status, run.epoch_count, run.test_loss) == ("completed", 5, 6.201)


@pytest.mark.parametrize(
    ("state", "status", "reason"),
    [
        ("PIPELINE_STATE_FAILED", "failed", "JOB_FAILED"),
        ("PIPELINE_STATE_CANCELLED", "interrupted", "JOB_CANCELLED"),
    ],
)
def test_a_job_that_left_no_document_has_a_reason(
    vertex: Recorder, make_run: MakeRun, state: str, status: str, reason: str
) -> None:
    run = started(make_run)
    answers(vertex, 200, state=state, error={"message": "no quota"})
    run = ExperimentService().follow(run)
    assert (run.status, run.reason_code) == (status, reason)
    assert run.training_history_json["message"] == "no quota"


def test_a_later_document_takes_a_declared_run_back(
    vertex: Recorder, make_run: MakeRun
) -> None:
    run = started(make_run)
    folder = Path(run.gcs_artifacts_path)
    write_document(folder, sample_document(5, status="running"))
    answers(vertex, 404)
    run = ExperimentService().follow(run)
    assert (run.status, run.epoch_count) == ("failed", 5)
    write_document(folder, sample_document(5))
    TrainingCacheService().cache_training_history(run)
    assert run.status == "completed"


def test_the_reconciler_follows_jobs(vertex: Recorder, make_run: MakeRun) -> None:
    run = started(make_run)
    assert runs_reconcile().declared_over == 0
    answers(vertex, 503)
    assert runs_reconcile().job_away == 1
    answers(vertex, 200, state="PIPELINE_STATE_FAILED", error={"message": "no quota"})
    assert runs_reconcile().declared_over == 1
    run.refresh_from_db()
    assert (run.status, run.reason_code) == ("failed", "JOB_FAILED")


def test_a_run_counts_once_where_the_store_is_away(
    vertex: Recorder, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = started(make_run)
    vertex.requests.clear()
    answers(vertex, 200, state="PIPELINE_STATE_SUCCEEDED")

    def away(**arguments: str) -> None:
        raise StoreAway("away")

    monkeypatch.setattr(training_cache, "document_read", away)
    QuickTest.objects.update(created_at=timezone.now() - timedelta(hours=25))
    counts = runs_reconcile()
    assert (counts.store_away, counts.job_away, counts.declared_over) == (1, 0, 0)
    run.refresh_from_db()
    assert run.status == "submitted"


def test_a_job_of_another_platform_is_not_asked(
    vertex: Recorder, make_run: MakeRun
) -> None:
    run = make_run()
    run.pipeline_job_name = "kfp-run-8c1f"
    run.save()
    assert runs_reconcile().job_away == 0
    with pytest.raises(WrongState, match="was not started here"):
        ExperimentService().cancel(run)
    assert vertex.requests == []


def test_cancel_asks_vertex(vertex: Recorder, make_run: MakeRun) -> None:
    run = started(make_run)
    ExperimentService().cancel(run)
    cancelled = f"/v1/{PARENT}/trackless-{run.pk}:cancel"
    assert cancelled in [request.path for request in vertex.requests]


def test_a_rerun_has_what_was_asked_for(vertex: Recorder, make_run: MakeRun) -> None:
    run = started(make_run, epochs=3)
    again = ExperimentService().rerun(run)
    assert (again.rerun_of, again.params) == (run, {"epochs": 3})
    assert again.pipeline_job_name.endswith(f"trackless-{again.pk}")


def test_a_run_that_is_over_is_not_started(
    vertex: Recorder, sample_run: QuickTest
) -> None:
    with pytest.raises(WrongState, match="it is over; run it again instead"):
        ExperimentService().start(sample_run, launch=dict(VERTEX))
    assert vertex.requests == []


def test_a_local_job_runs_once_and_can_be_cancelled(
    settings: Any, make_run: MakeRun, tmp_path: Path
) -> None:
    settings.TRACKLESS_LOGS = str(tmp_path)
    program = "import sys, time; print(sys.argv[1], flush=True); time.sleep(60)"
    settings.TRACKLESS_LOCAL_RUNNER = [sys.executable, "-c", program]
    run = ExperimentService().start(make_run(), launch={"target": "local"})
    with pytest.raises(WrongState, match="was started before"):
        ExperimentService().start(run, launch={"target": "local"})
    assert ExperimentService().follow(run).status == "running"
    log = tmp_path / f"run-{run.pk}.log"
    deadline = time.monotonic() + 20
    while not log.read_text() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert f'"quick_test_id": {run.pk}' in log.read_text()
    run = ExperimentService().cancel(run)
    while run.status == "running" and time.monotonic() < deadline:
        time.sleep(0.02)
        run = ExperimentService().follow(run)
    assert (run.status, run.reason_code) == ("interrupted", "JOB_CANCELLED")


@pytest.mark.parametrize(
    ("params", "launch", "said"),
    [
        ({"epochs": 0}, {}, "epochs: received 0"),
        ({"epoch": 3}, {}, "epoch: unknown"),
        ({}, {"data_options": {"no_such": 1}}, "no_such"),
        ({}, {"input_path": "/no/such/file.csv"}, "/no/such/file.csv"),
    ],
)
def test_what_the_trainer_refuses_starts_no_local_job(
    settings: Any,
    make_run: MakeRun,
    params: dict[str, Any],
    launch: dict[str, Any],
    said: str,
) -> None:
    python = settings.TRACKLESS_TRAINER_PYTHON
    if not Path(python).exists():
        pytest.skip("no trainer environment here")
    settings.TRACKLESS_LOCAL_CHECK = [python, "-m", "trainer", "check"]
    settings.TRACKLESS_LOCAL_RUNNER = [sys.executable, "-c", "raise SystemExit(9)"]
    run = make_run()
    run.params = params
    run.save()
    with pytest.raises(RequestRefused, match=re.escape(said)):
        ExperimentService().start(run, launch={"target": "local", **launch})
    run.refresh_from_db()
    assert (run.pipeline_job_name, run.status) == ("", "submitted")


@pytest.mark.parametrize(
    ("scope", "superuser", "status"),
    [("write", True, 200), ("read", True, 403), ("write", False, 403)],
)
def test_only_a_writer_starts(
    vertex: Recorder, make_run: MakeRun, scope: str, superuser: bool, status: int
) -> None:
    user = get_user_model().objects.create_user("ana", is_superuser=superuser)
    token = token_create(user=user, name="", scope=scope)
    response = Client().post(
        f"/experiments/api/quick-tests/{make_run().pk}/start/",
        VERTEX,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert response.status_code == status
    assert len(vertex.requests) == (1 if status == 200 else 0)


@pytest.mark.parametrize("target", ["local", "vertex"])
def test_a_target_that_is_not_set_up_is_the_callers_to_change(
    admin_client: Client, make_run: MakeRun, target: str
) -> None:
    run = make_run()
    path = f"/experiments/api/quick-tests/{run.pk}/start/"
    answer = admin_client.post(path, {"target": target}, "application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (
        409,
        "target_not_set_up",
    )
    run.refresh_from_db()
    assert (run.status, run.pipeline_job_name) == ("submitted", "")
