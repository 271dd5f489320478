"""The supervised steps: preparing data and training, with the history kept.

A step that fails writes what was trained, with the cause, before it fails: KFP
registers no outputs of a failed task. Training writes to the run's own place, the
preparation, which is of no run, to the job's folder.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any, Protocol

from components import environment, progress
from components.errors import ChildFailed
from components.history import keep_history, own_failure
from components.job_folder import PREPARE, TRAIN, job_folder
from components.supervisor import run_trainer
from training_metrics.storage import open_store

STOPPED_EXIT_CODE = 143
_FACTS_BYTES_MAX = 1 << 20


class Placed(Protocol):
    """The part of a KFP artifact that these functions use."""

    uri: str
    path: str
    metadata: dict[str, Any]


def supervise_preparation(
    *,
    dataset: Placed,
    input_path: str,
    columns: str,
    seed: int,
    options: str,
    beam_pipeline_args: str,
) -> None:
    """Runs `python -m trainer prepare` and puts its counts on the artifact.

    Raises:
        SystemExit: The child failed; its cause is in a document in the job's folder.
    """
    arguments = ["prepare", "--output", dataset.path, "--seed", str(seed)]
    arguments += ["--input", input_path, "--columns", columns, "--options", options]
    arguments += ["--beam-pipeline-args", beam_pipeline_args]
    try:
        progress.report("prepare", "start")
        run_trainer(arguments, program="data preparation")
    except ChildFailed as failure:
        _fail("prepare", failure, job_folder(dataset.uri, PREPARE))
    # Read as it was written: a bucket's mount may not show a new object at once.
    facts = open_store(f"{dataset.path}/dataset.json").read(_FACTS_BYTES_MAX)
    assert facts is not None, "the trainer ended well and wrote no dataset.json"
    dataset.metadata.update({"dataset": json.dumps(json.loads(facts.data))})


def supervise_training(
    *,
    dataset: Placed,
    model: Placed,
    journal: Placed,
    artifacts_uri: str,
    quick_test_id: int,
    pipeline_job: str,
    parameters: dict[str, Any],
    options: str,
) -> None:
    """Runs `python -m trainer train`; its journal outlives it.

    KFP tries a step that failed again. After a kill or a preemption training then
    goes on from its checkpoint; after an error of its own, or when the run was
    stopped, the next try ends at once and writes nothing.

    The journal is written to local disk, because a mounted bucket cannot append, and
    copied to the artifact's place whatever becomes of the child.

    Raises:
        SystemExit: The child failed; its history and cause are in the run's document.
    """
    if environment.is_stopped():
        sys.exit(STOPPED_EXIT_CODE)
    if why := own_failure(artifacts_uri, pipeline_job):
        print(f"train: not tried again: {why}", file=sys.stderr)
        sys.exit(1)
    _recognise_reuse(dataset, model)
    with tempfile.TemporaryDirectory(prefix="trackless-") as folder:
        local_journal = Path(folder) / "journal.jsonl"
        arguments = ["train", "--examples", dataset.path, "--model", model.path]
        arguments += ["--model-run", str(Path(folder) / "model_run")]
        arguments += ["--artifacts", artifacts_uri, "--journal", str(local_journal)]
        arguments += ["--params", json.dumps({**parameters, **json.loads(options)})]
        arguments += ["--quick-test-id", str(quick_test_id)]
        arguments += ["--pipeline-job", pipeline_job]
        try:
            progress.report("train", "start")
            run_trainer(arguments, program="trainer")
            progress.report("train", "done")
        except ChildFailed as failure:
            _fail(
                "train",
                failure,
                artifacts_uri,
                local_journal,
                quick_test_id,
                pipeline_job,
            )
        finally:
            if local_journal.exists():
                Path(journal.path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(local_journal, journal.path)


def _recognise_reuse(dataset: Placed, model: Placed) -> None:
    """Says where the data come from when KFP took them from an earlier job's step."""
    made_by = job_folder(dataset.uri, PREPARE)
    if made_by and made_by != job_folder(model.uri, TRAIN):
        print(f"prepare: reused, not run again; the data are of {made_by}")
        model.metadata["dataset_reused_from"] = made_by


def _fail(
    step: str,
    failure: ChildFailed,
    folder: str,
    journal: Path | None = None,
    quick_test_id: int = 0,
    pipeline_job: str = "",
) -> None:
    progress.report(step, "failed", failure.message)
    if folder:
        said = keep_history(
            folder,
            journal=journal,
            failure=failure,
            quick_test_id=quick_test_id,
            pipeline_job=pipeline_job,
        )
        print(said, file=sys.stderr)
    print(f"{step}: {failure.message}", file=sys.stderr)
    sys.exit(failure.exit_code)
