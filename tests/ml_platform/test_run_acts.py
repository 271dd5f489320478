"""What a run's page can be asked to do, by whom, and how a refusal is said."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.services.experiments import ExperimentService
from tests.ml_platform.samples import sample_document
from tests.support.recorder import Recorder

MakeRun = Callable[..., QuickTest]


@pytest.fixture
def writer(db: None) -> Client:
    """A client of a user who may write."""
    from ml_platform.experiments.management.commands.serve_local import local_user

    client = Client()
    client.force_login(local_user())
    return client


@pytest.fixture
def launched(vertex: Recorder, make_run: MakeRun) -> QuickTest:
    """A run whose job goes on."""
    run = make_run(sample_document(3, status="running"))
    return ExperimentService().start(run, launch={"target": "vertex"})


def path(run: QuickTest, act: str = "") -> str:
    return f"/experiments/{run.pk}/{act}"


def text(response: HttpResponse) -> str:
    return response.content.decode()


def test_a_running_job_is_cancelled(
    writer: Client, launched: QuickTest, vertex: Recorder
) -> None:
    page = text(writer.get(path(launched)))
    assert "Cancel run" in page and "Run again" not in page
    response = writer.post(path(launched, "cancel/"))
    assert response.headers["Location"] == path(launched)
    assert any(request.path.endswith(":cancel") for request in vertex.requests)


def test_a_run_that_is_over_runs_again(writer: Client, launched: QuickTest) -> None:
    QuickTest.objects.filter(pk=launched.pk).update(status="failed")
    page = text(writer.get(path(launched)))
    assert "Run again" in page and "Cancel run" not in page
    response = writer.post(path(launched, "rerun/"))
    again = QuickTest.objects.get(rerun_of=launched)
    assert response.headers["Location"] == path(again)


@pytest.mark.parametrize("act", ["cancel/", "rerun/"])
def test_who_may_only_read_is_offered_nothing_and_refused(
    user_client: Client, launched: QuickTest, vertex: Recorder, act: str
) -> None:
    seen: Any = len(vertex.requests)
    page = text(user_client.get(path(launched)))
    assert "Cancel run" not in page and "Run again" not in page
    response = user_client.post(path(launched, act))
    assert response.status_code == 403
    assert "the user lacks the permission" in text(response)
    assert len(vertex.requests) == seen


@pytest.mark.parametrize("act", ["cancel/", "rerun/"])
def test_a_refusal_is_said_on_the_page(
    writer: Client, sample_run: QuickTest, act: str
) -> None:
    response = writer.post(path(sample_run, act))
    assert response.status_code == 409
    assert "not started here" in text(response)
    assert "val_loss is NaN." in text(response)
    assert writer.get(path(sample_run, act)).status_code == 405
    assert writer.post(f"/experiments/99/{act}").status_code == 404
