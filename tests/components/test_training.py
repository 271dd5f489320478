"""Supervised training: whose data it has, and when another try is worth it."""

import pytest
from kfp.dsl import Artifact

from components import environment
from components.errors import ChildFailed
from components.history import keep_history
from components.training import supervise_training

OWN = ChildFailed("exit", "no such column", interrupted=False, exit_code=2)


def output(name, job="job-1"):
    return Artifact(uri=f"/pipelines/{job}/{name}", metadata={})


@pytest.fixture
def again(artifacts_uri, tmp_path, monkeypatch):
    """Another try of the training step, with a trainer that only says that it ran."""
    trainer = tmp_path / "trainer"
    trainer.write_text(f"#!/bin/sh\necho started >> {tmp_path}/said\n")
    trainer.chmod(0o755)
    monkeypatch.setenv(environment.TRAINER_PYTHON, str(trainer))

    def attempt(data_of="job-1"):
        model = output("train-two-tower/model")
        supervise_training(
            dataset=output("prepare-interactions/dataset", data_of),
            model=model,
            journal=output("train-two-tower/journal"),
            artifacts_uri=artifacts_uri,
            quick_test_id=7,
            pipeline_job="job-1",
            parameters={},
            options="{}",
        )
        return (tmp_path / "said").read_text(), model.metadata

    return attempt


def test_a_killed_step_is_tried_again(again, artifacts_uri):
    killed = ChildFailed("signal", "killed", interrupted=False, exit_code=137)
    keep_history(
        artifacts_uri,
        journal=None,
        failure=killed,
        quick_test_id=7,
        pipeline_job="job-1",
    )
    assert again() == ("started\n", {})


def test_an_error_of_its_own_is_said_and_not_tried_again(
    again, artifacts_uri, tmp_path, capsys
):
    keep_history(
        artifacts_uri, journal=None, failure=OWN, quick_test_id=7, pipeline_job="job-1"
    )
    with pytest.raises(SystemExit, match="1"):
        again()
    assert capsys.readouterr().err == "train: not tried again: no such column\n"
    assert not (tmp_path / "said").exists()


def test_a_stopped_run_is_not_tried_again(again, tmp_path, monkeypatch):
    monkeypatch.setenv(environment.STOPPED, "1")
    with pytest.raises(SystemExit, match="143"):
        again()
    assert not (tmp_path / "said").exists()


def test_data_of_an_earlier_job_are_recognised_as_reused(again, capsys):
    _, metadata = again(data_of="job-0")
    assert metadata == {"dataset_reused_from": "/pipelines/job-0"}
    said = "prepare: reused, not run again; the data are of /pipelines/job-0\n"
    assert said in capsys.readouterr().out
