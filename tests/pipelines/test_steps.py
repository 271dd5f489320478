"""The list of steps: what people see of the progress file."""

import io
import json

import pytest
from rich.console import Console

from pipelines.steps import StepList


@pytest.fixture
def shown(tmp_path):
    """A step list over a file, with `append(**event)` and `text()`."""
    steps = StepList(tmp_path / "p.jsonl", Console(file=io.StringIO(), width=100))

    def append(**event):
        with steps.file.open("a") as stream:
            stream.write(json.dumps(event) + "\n")

    steps.append = append
    steps.text = lambda: steps._console.file.getvalue()
    return steps


def test_a_step_that_ended_has_its_seconds_and_message(shown):
    shown.append(step="prepare", event="start", at=100.0)
    shown.append(step="prepare", event="done", at=112.5, message="9 of 10 kept")
    shown.update()
    assert "✓ Prepare data  12.5 s" in shown.text()
    assert "9 of 10 kept" in shown.text()
    assert shown.seconds == {"prepare": 12.5}


def test_an_epoch_is_one_line_with_its_metrics(shown):
    metrics = {"loss": 6.21, "val_loss": 6.4, "val_recall_at_100": None, "seconds": 9.1}
    shown.append(step="train", event="epoch", done=3, of=10, metrics=metrics)
    shown.update()
    assert shown.text().strip() == "epoch 3/10  loss 6.21  val_loss 6.4  9.1 s"


def test_a_torn_last_line_waits_for_its_rest(shown):
    shown.file.write_text('{"step": "persist", "event": "do')
    shown.update()
    assert shown.text() == ""
    with shown.file.open("a") as stream:
        stream.write('ne", "at": 1}\n')
    shown.update()
    assert "Persist training metrics" in shown.text()


def test_a_failure_is_kept_for_the_closing_line(shown):
    shown.append(step="train", event="failed", message="trainer: loss is [red] NaN")
    shown.close()
    assert shown.failure == "trainer: loss is [red] NaN"
    assert "[red] NaN" in shown.text()
