"""Submitting to a Kubeflow Pipelines cluster with KFP's own client."""

import contextlib
import io
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import TracklessError
from pipelines.submission import Submission, Submitted, compiled_spec, platform_spec

POLL_SECONDS = 15.0
REQUEST_TIMEOUT_SECONDS = 30.0
_ENDED = {"SUCCEEDED": 0, "FAILED": 1, "CANCELED": 1, "SKIPPED": 1}


@dataclass(frozen=True)
class KfpTarget:
    """Where to submit.

    Attributes:
        host: The API's address, `https://kubeflow.example/pipeline`.
        namespace: Of a multi-user cluster; "" for a single-user one.
        token: Bearer token; "" for none.
    """

    host: str
    namespace: str = ""
    token: str = ""


def kfp_request(submission: Submission, _target: KfpTarget) -> dict[str, Any]:
    """What is sent to `runs.create`, for `--dry-run`."""
    spec, platform = compiled_spec(submission), platform_spec(submission)
    both = {"pipeline_spec": spec, "platform_spec": platform}
    return {
        "display_name": submission.job_name,
        "pipeline_spec": both if platform else spec,
        "runtime_config": {
            "parameters": submission.arguments,
            "pipeline_root": submission.pipeline_root,
        },
        "service_account": submission.service_account or None,
    }


def find_on_kfp(submission: Submission, target: KfpTarget) -> Submitted | None:
    """The run of this name, if the cluster has one.

    Raises:
        TracklessError: The cluster refused or did not answer.
    """
    with _told(target):
        client = _client(target)
        known = _run_named(client, submission, _experiment(client, submission, target))
    return _submitted(known, target, found=True) if known else None


def submit_to_kfp(submission: Submission, target: KfpTarget) -> Submitted:
    """Creates the run, or finds the one of the same name.

    KFP does not refuse a second run of the same name, so it is looked for first.

    Raises:
        TracklessError: The cluster refused or did not answer.
    """
    with _told(target):
        client = _client(target)
        experiment_id = _experiment(client, submission, target)
        known = _run_named(client, submission, experiment_id)
        run_id = known or _created(client, submission, experiment_id)
    return _submitted(run_id, target, found=known is not None)


def follow_on_kfp(
    submitted: Submitted,
    target: KfpTarget,
    show: Callable[[str, str], None],
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Waits for the run's end and shows each task's state as it changes.

    Returns:
        0 when the run succeeded, 1 otherwise.

    Raises:
        TracklessError: The cluster refused or did not answer.
    """
    seen: dict[str, str] = {}
    with _told(target):
        client = _client(target)
        while True:
            run = client.get_run(submitted.name)
            details = run.run_details.task_details if run.run_details else None
            for task in details or []:
                if seen.get(task.display_name) != task.state:
                    seen[task.display_name] = task.state
                    show(task.display_name, task.state)
            if run.state in _ENDED:
                return _ENDED[run.state]
            sleep(POLL_SECONDS)


def _client(target: KfpTarget) -> Any:
    """KFP's client; asked for a sign of life first, which it retries for 25 s."""
    import warnings

    import kfp
    import requests

    url = f"{target.host.rstrip('/')}/apis/v2beta1/healthz"
    headers = {"Authorization": f"Bearer {target.token}"} if target.token else {}
    alive = requests.get(url, headers=headers, timeout=REQUEST_TIMEOUT_SECONDS)
    if alive.status_code != 200:
        raise _answered(target, alive.status_code, alive.reason)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return kfp.Client(
            host=target.host,
            namespace=target.namespace or "kubeflow",
            existing_token=target.token or None,
        )


def _submitted(run_id: str, target: KfpTarget, *, found: bool) -> Submitted:
    url = f"{target.host.rstrip('/')}/#/runs/details/{run_id}"
    return Submitted(run_id, url, found=found)


def _experiment(client: Any, submission: Submission, target: KfpTarget) -> str:
    """The experiment's id; it is created where it is missing."""
    experiment = client.create_experiment(
        submission.experiment or "Default", namespace=target.namespace or None
    )
    return str(experiment.experiment_id)


def _run_named(client: Any, submission: Submission, experiment_id: str) -> str | None:
    import json

    key = {
        "key": "name",
        "operation": "EQUALS",
        "string_value": submission.job_name,
    }
    listed = client.list_runs(
        page_size=1,
        experiment_id=experiment_id,
        filter=json.dumps({"predicates": [key]}),
    )
    return listed.runs[0].run_id if listed.runs else None


def _created(client: Any, submission: Submission, experiment_id: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pipeline.yaml"
        parts = [compiled_spec(submission), platform_spec(submission)]
        path.write_text(yaml.safe_dump_all(part for part in parts if part))
        with contextlib.redirect_stdout(io.StringIO()):  # it prints a link of its own
            run = client.run_pipeline(
                experiment_id=experiment_id,
                job_name=submission.job_name,
                pipeline_package_path=str(path),
                params=submission.arguments,
                pipeline_root=submission.pipeline_root,
                service_account=submission.service_account or None,
            )
    return str(run.run_id)


@contextlib.contextmanager
def _told(target: KfpTarget) -> Any:
    """Turns what KFP's client raises into one line."""
    import urllib3
    from kfp_server_api import ApiException

    try:
        yield
    except ApiException as error:
        raise _answered(target, error.status, error.reason) from error
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise TracklessError(
            f"KFP at {target.host} did not answer ({type(error).__name__}). Check "
            "--host; the same job name finds a run that was created."
        ) from error


def _answered(target: KfpTarget, status: int, reason: str) -> TracklessError:
    return TracklessError(
        f"KFP at {target.host} answered {status} {reason}. Check --host, --namespace "
        "and the token's rights; the same job name finds a run that was created."
    )
