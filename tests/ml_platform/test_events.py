"""Anomalies and events: one sentence each, from the document's marks."""

from collections.abc import Callable

from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.presenters.events import Event, events
from ml_platform.experiments.presenters.run_view import RunView
from tests.ml_platform.samples import sample_document

MakeRun = Callable[..., QuickTest]


def told(run: QuickTest) -> list[Event]:
    return events(RunView(run))


def test_every_mark_is_said_once(sample_run: QuickTest) -> None:
    said = [(event.kind, event.where, event.title) for event in told(sample_run)]
    assert said == [
        ("nan", "epoch 12", "val_loss is NaN."),
        (
            "pos-inf",
            "epoch 13",
            "loss, total_loss and query gradient norm are +Inf.",
        ),
        ("seam", "epoch 27", "Attempt 2 resumes"),
        ("gap", "33–34", "No validation."),
        ("overfitting", "from 46", "Overfitting."),
    ]


def test_marks_that_follow_each_other_are_one(make_run: MakeRun) -> None:
    document = sample_document(10)
    for epoch in (8, 9, 10):
        document["loss"]["loss"][epoch - 1] = None
        mark = {"path": "loss.loss", "epoch": epoch, "kind": "nan"}
        document["anomalies"].append(mark)
    (event,) = told(make_run(document))
    assert (event.where, event.detail) == ("8–10", "3 epochs; line broken")


def test_a_failure_is_an_event(make_run: MakeRun) -> None:
    document = sample_document(5, status="failed")
    document["error"] = {"kind": "signal", "message": "killed by signal 9", "epoch": 5}
    (event,) = told(make_run(document))
    assert (event.kind, event.first, event.detail) == (
        "failed",
        5,
        "killed by signal 9",
    )


def test_a_quiet_run_has_none(make_run: MakeRun) -> None:
    assert told(make_run(sample_document(10))) == []


def test_what_the_trainer_found_is_said_with_its_numbers(make_run: MakeRun) -> None:
    document = sample_document(marks=False, attempts=1)
    document["loss"]["val_loss"] = [2.0] * 30 + [2.5] * 30
    document["diagnosis"] = [
        {"kind": "gradient_collapse", "tower": "query", "epoch": 9, "value": 2e-7},
        {"kind": "nan_onset", "variable": "query/embedding", "epoch": 11, "step": 417},
        {"kind": "overfitting_onset", "series": "val_loss", "epoch": 31},
    ]
    said = [f"{event.title} {event.detail}" for event in told(make_run(document))]
    assert said == [
        "Query gradient collapsed. Its norm fell to 2e-7: the tower has stopped "
        "learning",
        "Gradient of query/embedding is not finite. First at step 417",
        "Overfitting. Validation loss never came back to its best of epoch 1; it "
        "ended 25.0 % above",
    ]
