"""The pipeline under KFP's real local runner, with bucket or Django away.

The run's folder is on a GCS emulator whose proxy refuses at the moment that the small
trainer of these tests says.
"""

import pytest

from tests.support.gcs import BUCKET, serve_gcs
from tests.support.recorder import recording
from training_metrics.journal import recover


@pytest.fixture
def gcs(pipeline):
    with serve_gcs() as server:
        pipeline.artifacts = f"gs://{BUCKET}/quick_tests/7"
        pipeline.variables = {"STORAGE_EMULATOR_HOST": server.url}
        yield server


def calling(url: str) -> str:
    """A line of the trainer's program."""
    return f"__import__('urllib.request').request.urlopen({url!r})"


def test_a_failing_persist_step_is_made_up_for_by_the_exit_handler(
    pipeline, gcs, django
):
    def refuse(_request):
        gcs.fail("403", method="GET")
        return 200, {}

    with recording(refuse) as moment:
        assert pipeline.run(django.url, after=calling(moment.url)) == 1
    document = pipeline.document_of(gcs)
    assert (document["status"], document["epochs"]) == ("completed", [0, 1, 2])
    assert pipeline.failed("persist").startswith(f"gs://{BUCKET}/quick_tests/7/")
    [told] = django.requests
    assert told.json["status"] == "completed"
    assert told.json["generation"] == gcs.generation(
        "quick_tests/7/training_metrics.json"
    )
    assert {"training_metrics", "report"} <= pipeline.outputs("finish-run")


def test_with_the_bucket_away_for_good_the_journal_has_every_epoch(
    pipeline, gcs, django
):
    def refuse(_request):
        for method in ("GET", "POST", "PUT", "DELETE"):
            gcs.fail("403", times=1000, method=method)
        return 200, {}

    with recording(refuse) as moment:
        assert pipeline.run(django.url, train=calling(moment.url)) == 1
    assert gcs.stored("quick_tests/7/training_metrics.json") is None
    [journal] = pipeline.folder.glob("root/*/train-two-tower/journal")
    assert recover(journal).epochs == [0, 1, 2]
    assert "the store did not answer" in pipeline.failed("persist")
    assert "could not be kept" in pipeline.failed("finish")
    assert django.requests == []


def test_with_django_down_for_good_the_run_succeeds_and_it_is_said(pipeline):
    with recording(lambda request: (503, {})) as django:
        assert pipeline.run(django.url) == 0
    assert pipeline.document()["status"] == "completed"
    assert len(django.requests) == 6
    assert "not delivered to" in (pipeline.folder / "progress").read_text()
