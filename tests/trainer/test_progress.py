"""Progress: events in a file for a caller, lines for people."""

import json
from pathlib import Path

import pytest

from trainer import progress


def test_events_go_to_the_file_that_the_caller_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "events"
    monkeypatch.setenv("TRACKLESS_PROGRESS", str(file))

    progress.report("train", "start")
    progress.report(
        "train", "epoch", done=1, of=2, metrics={"loss": 7.5, "x": float("nan")}
    )

    first, second = map(json.loads, file.read_text().splitlines())
    assert first.keys() == {"step", "event", "at"}
    del second["at"]
    assert second == {
        "step": "train",
        "event": "epoch",
        "done": 1,
        "of": 2,
        "metrics": {"loss": 7.5, "x": None},
    }
    assert capsys.readouterr().out == ""


def test_people_get_short_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TRACKLESS_PROGRESS", raising=False)

    progress.report("train", "epoch", done=1, of=2, metrics={"loss": 7.25})

    assert capsys.readouterr().out == "train: 1/2 loss 7.25\n"
