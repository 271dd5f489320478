"""Google's Dataflow on loopback: takes a job over its REST API and really runs it.

A mock at the edge of Google's network. What Beam's own DataflowRunner staged in the
bucket, the job's pipeline, is run by Beam's portable runner with its workers in
processes of their own, which share nothing with the one that submitted the job. Only
for the trainer's environment, which has Beam.

Source of the API: https://cloud.google.com/dataflow/docs/reference/rest
"""

from __future__ import annotations

import json
import sys
import threading
import traceback
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.support.gcs import BUCKET, Gcs
from tests.support.recorder import Recorder, Request, recording

PROJECT, REGION, JOB = "shop", "europe-west1", "2026-01-01_job"
JOBS = f"/v1b3/projects/{PROJECT}/locations/{REGION}/jobs"


@dataclass
class Dataflow:
    """The service.

    Attributes:
      gcs: Where jobs are staged.
      staging: Below which folder of its bucket.
      url: Of the service.
      runs: Whether a job is run; it stays in state RUNNING for ever otherwise.
      job: The job as it was created.
      state: Its state.
      metrics: Its counters in the service's form.
      error: What its workers raised.
    """

    gcs: Gcs
    staging: str = field(default_factory=lambda: f"staging/{uuid.uuid4()}")
    url: str = ""
    runs: bool = True
    job: dict[str, Any] = field(default_factory=dict)
    state: str = "JOB_STATE_RUNNING"
    metrics: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""

    def options(self, *further: str) -> str:
        """The value of `--beam-pipeline-args` that brings a job here."""
        bucket = f"gs://{BUCKET}/{self.staging}"
        return json.dumps(
            [
                *["--runner=DataflowRunner", f"--dataflow_endpoint={self.url}"],
                *[f"--project={PROJECT}", f"--region={REGION}"],
                *[f"--temp_location={bucket}", f"--staging_location={bucket}"],
                *["--sdk_location=container", *further],
            ]
        )

    def answer(self, request: Request) -> tuple[int, Any]:
        """One call of the REST API."""
        path = request.path.partition("?")[0]
        if path == "/token":
            return 200, {"access_token": "token", "expires_in": 3600}
        if (request.method, path) == ("POST", JOBS):
            self.job = request.json
            if self.runs:
                threading.Thread(target=self._run, daemon=True).start()
        elif (request.method, path) == ("PUT", f"{JOBS}/{JOB}"):
            self.state = request.json["requestedState"]
        elif path == f"{JOBS}/{JOB}/metrics":
            return 200, {"metrics": self.metrics}
        elif path == f"{JOBS}/{JOB}/messages":
            message = {
                "id": "1",
                "time": "2026-01-01T00:00:00Z",
                "messageText": self.error,
                "messageImportance": "JOB_MESSAGE_ERROR",
            }
            return 200, {"jobMessages": [message] if self.error else []}
        elif path != f"{JOBS}/{JOB}":
            return 404, {"error": {"message": path}}
        return 200, {"id": JOB, "name": "prepare", "currentState": self.state}

    def _run(self) -> None:
        from apache_beam.portability.api import beam_runner_api_pb2

        try:
            staged = self.gcs.list(f"{self.staging}/")
            (name,) = [name for name in staged if name.endswith("pipeline.pb")]
            content = self.gcs.stored(name)
            result = _execute(beam_runner_api_pb2.Pipeline.FromString(content))
        except Exception:  # Whatever a worker raises is told by the service.
            self.error = traceback.format_exc()
            self.state = "JOB_STATE_FAILED"
            return
        self.metrics = [
            _metric(counter, kind)
            for counter in result.metrics().query()["counters"]
            for kind in ("committed", "tentative")
        ]
        self.state = "JOB_STATE_DONE"


def _execute(pipeline: Any) -> Any:
    """Runs a staged pipeline, its containers replaced by worker processes."""
    from apache_beam.options.pipeline_options import PipelineOptions
    from apache_beam.runners.portability.fn_api_runner import FnApiRunner
    from apache_beam.transforms.environments import SubprocessSDKEnvironment

    command = f"{sys.executable} -m apache_beam.runners.worker.sdk_worker_main"
    workers = SubprocessSDKEnvironment.from_command_string(command).to_runner_api(None)
    for environment in pipeline.components.environments.values():
        environment.CopyFrom(workers)
    return FnApiRunner().run_via_runner_api(pipeline, PipelineOptions([]))


def _metric(counter: Any, kind: str) -> dict[str, Any]:
    name = counter.key.metric
    context = {"namespace": name.namespace, "step": counter.key.step}
    if kind == "tentative":
        context["tentative"] = "true"
    return {
        "name": {"origin": "user", "name": name.name, "context": context},
        "scalar": counter.committed,
    }


@contextmanager
def serve_dataflow(gcs: Gcs) -> Iterator[tuple[Dataflow, Recorder]]:
    """Serves until the block ends; also what was asked."""
    dataflow = Dataflow(gcs)
    with recording(dataflow.answer) as recorder:
        # Beam takes an address with a port for a service only where it is localhost.
        dataflow.url = recorder.url.replace("127.0.0.1", "localhost")
        yield dataflow, recorder
