"""The pipeline under KFP's real local runner, with every step failing in turn.

The trainer is a small program here, so that a failure takes seconds; real trainers fail
in `tests/end_to_end`. Django is a recorder that can be down.
"""

from pathlib import Path

import pytest

from tests.support.recorder import recording


def test_success_is_persisted_and_told_once(pipeline, django):
    assert pipeline.run(django.url) == 0
    assert pipeline.document()["status"] == "completed"
    assert len(django.requests) == 1
    made = pipeline.outputs("persist-training-metrics")
    assert {"training_metrics", "report"} <= made
    assert pipeline.outputs("finish-run") == set()
    assert "reused" not in pipeline.ended.stdout


@pytest.mark.parametrize(
    ("train", "cause"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", "signal 9 (SIGKILL)"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "signal 11 (SIGSEGV)"),
        ("raise ValueError('in epoch 1')", "ValueError: in epoch 1"),
        (
            "resource.setrlimit(resource.RLIMIT_AS, (2**28, 2**28)); x = [0] * 2**28",
            "MemoryError",
        ),
    ],
)
def test_a_trainer_that_dies_keeps_its_epochs_and_names_the_cause(
    pipeline, django, train, cause
):
    assert pipeline.run(django.url, train=train) == 1
    document = pipeline.document()
    assert document["epochs"] == [0, 1]
    assert document["loss"]["loss"] == [3, 2]
    assert document["status"] == "failed"
    assert cause in document["error"]["message"]
    [told] = django.requests
    assert told.json["status"] == "failed"
    assert {"training_metrics", "report"} <= pipeline.outputs("finish-run")


def test_a_trainer_that_was_preempted_is_interrupted(pipeline, django):
    assert pipeline.run(django.url, train="os.kill(os.getpid(), 15)") == 1
    document = pipeline.document()
    assert (document["status"], document["epochs"]) == ("interrupted", [0, 1])
    [told] = django.requests
    assert told.json["status"] == "interrupted"


def test_bad_data_is_told_by_a_document_without_an_epoch(pipeline, django):
    prepare = "sys.exit('trainer: orders.csv: no column for buyer')"
    assert pipeline.run(django.url, prepare=prepare) == 1
    document = pipeline.document()
    assert (document["status"], document["available"]) == ("failed", False)
    assert "orders.csv: no column for buyer" in document["error"]["message"]
    assert len(django.requests) == 1


def test_a_document_that_cannot_be_read_stays_as_it_is(pipeline, django):
    after = (
        "open(arguments['--artifacts'] + '/training_metrics.json', 'w').write('{nope')"
    )
    assert pipeline.run(django.url, after=after) == 1
    kept = Path(pipeline.artifacts, "training_metrics.json").read_text()
    assert kept == "{nope"
    assert "could not be kept" in pipeline.ended.stdout


def test_a_django_that_is_down_at_first_is_told_in_the_end(pipeline):
    answers = iter([(503, {}), (503, {}), (200, {})])
    with recording(lambda request: next(answers)) as django:
        assert pipeline.run(django.url) == 0
    assert len(django.requests) == 3


def test_a_django_that_refuses_fails_nothing_and_is_said(pipeline):
    with recording(lambda request: (401, {})) as django:
        assert pipeline.run(django.url) == 0
    assert len(django.requests) == 1
    assert "refused by" in pipeline.ended.stdout
    progress = (pipeline.folder / "progress").read_text()
    assert "HTTP 401" in progress
