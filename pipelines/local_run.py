"""A whole run on this machine: check, serve, create, run the pipeline, tell."""

import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from rich.console import Console

from pipelines import environment, processes
from pipelines.closing_table import print_closing_table
from pipelines.errors import TracklessError
from pipelines.home import Home, open_home
from pipelines.runs import Run, create_run
from pipelines.server import Server, start_server
from pipelines.steps import StepList

STEP_GRACE_SECONDS = 60.0
POLL_SECONDS = 0.2


@dataclass(frozen=True)
class RunRequest:
    """What `trackless run` was asked for.

    Attributes:
        name: For people.
        input_path: CSV or Parquet files, or `bigquery:` and a query; "" generates
            transactions.
        columns: JSON object from role to column; "" recognises them.
        parameters: The trainer's, those with a pipeline parameter of their own.
        options: The trainer's other parameters.
        data_options: The preparation's other options.
        beam_pipeline_args: JSON array of Beam's options.
        port: Of Django; 0 takes a free one.
        keep_serving: Until Ctrl-C, or stop when the run has ended.
    """

    name: str
    input_path: str = ""
    columns: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    data_options: dict[str, Any] = field(default_factory=dict)
    beam_pipeline_args: str = "[]"
    port: int = 0
    keep_serving: bool = True


def run_locally(request: RunRequest, console: Console) -> None:
    """Runs the pipeline under KFP's local runner and shows it in Django.

    1. The trainer checks parameters and columns, before anything is made.
    2. Django starts on a free port and makes the run's entry.
    3. The pipeline runs; its long log goes to a file, people see its steps.
    4. A closing table is read from the run's document, and a login link printed.

    Raises:
        TracklessError: Something was refused (exit code 2) or the run failed (1).
        KeyboardInterrupt: Ctrl-C or SIGTERM, after everything was ended in order.
    """
    home = open_home()
    check_request(request, home)
    with _terminable(), home.full_disk_told():
        server = start_server(home, port=request.port)
        try:
            run = create_run(
                server.url,
                home.secret,
                name=request.name,
                params={**request.parameters, **request.options},
            )
            _run_pipeline(request, home, server, run, console)
            if request.keep_serving:
                _tell_where(run, server, console)
                serve_until_stopped(server, console)
            else:
                console.print("\n`make serve` shows it.")
        finally:
            server.stop()


def check_request(request: RunRequest, home: Home) -> None:
    """Lets the trainer check the request; it alone knows its parameters.

    Raises:
        TracklessError: With what the trainer refused, one problem a line.
    """
    parameters = {**request.parameters, **request.options}
    command = [environment.trainer_python(), "-m", "trainer", "check"]
    command += ["--params", json.dumps(parameters)]
    command += ["--options", json.dumps(request.data_options)]
    if request.input_path:
        command += ["--input", request.input_path]
        command += ["--output", str(home.pipeline_root)]
        command += ["--beam-pipeline-args", request.beam_pipeline_args]
    if request.columns:
        command += ["--columns", request.columns]
    try:
        checked = subprocess.run(
            command,
            cwd=environment.PROJECT,
            env=home.child_environment(),
            capture_output=True,
            text=True,
        )
    except OSError as error:
        raise TracklessError(
            f"{command[0]}: {error.strerror}; run `make setup`, or set "
            f"{environment.TRAINER_PYTHON} to the interpreter that has TFX."
        ) from error
    if checked.returncode != 0:
        said = checked.stderr.strip().replace("trainer: ", "")
        raise TracklessError(said or "the trainer refused to start")


def serve_until_stopped(server: Server, console: Console) -> None:
    """Waits for Ctrl-C.

    Raises:
        TracklessError: Django ended by itself.
    """
    console.print("\nServing until Ctrl-C.")
    try:
        server.process.wait()
    except KeyboardInterrupt:
        console.print("Stopped.")
        return
    raise TracklessError("Django ended by itself; see logs/django.log", exit_code=1)


def _tell_where(run: Run, server: Server, console: Console) -> None:
    console.print(f"\nOpen the run: {run.url}", highlight=False)
    console.print(f"Sign in once: {server.login_url}", highlight=False)


def _run_pipeline(
    request: RunRequest, home: Home, server: Server, run: Run, console: Console
) -> None:
    log = home.logs / f"run-{run.id}.log"
    console.print(f"Run {run.id} [dim]· log {_shown(log)}[/]", highlight=False)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        steps = StepList(Path(folder) / "progress.jsonl", console)
        exit_code = _follow(request, home, server, run, steps, log)
    seconds = time.monotonic() - began
    print_closing_table(run, steps, seconds, console)
    if exit_code != 0:
        why = steps.failure or "see the log"
        raise TracklessError(f"run {run.id} failed: {why} ({_shown(log)})", exit_code=1)


def _follow(
    request: RunRequest,
    home: Home,
    server: Server,
    run: Run,
    steps: StepList,
    log: Path,
) -> int:
    """Starts the pipeline's process and shows its steps until it has ended."""
    progress = {environment.PROGRESS_FILE: str(steps.file)}
    arguments = json.dumps(pipeline_arguments(request, server.url, run))
    command = [sys.executable, "-m", "pipelines.local_runner", str(home.pipeline_root)]
    process = processes.start(
        [*command, arguments],
        log=log,
        child_environment=home.child_environment(**progress),
    )
    try:
        while process.poll() is None:
            steps.update()
            time.sleep(POLL_SECONDS)
    except KeyboardInterrupt:
        processes.stop(process, grace_seconds=STEP_GRACE_SECONDS)
        raise
    finally:
        processes.kill(process)
        steps.close()
    return process.returncode


def pipeline_arguments(
    request: RunRequest, django_url: str, run: Run
) -> dict[str, Any]:
    """The pipeline's arguments for this request."""
    return {
        "quick_test_id": run.id,
        "artifacts_uri": run.artifacts_uri,
        "django_url": django_url,
        "input_path": request.input_path,
        "columns": request.columns,
        "data_options": json.dumps(request.data_options),
        "beam_pipeline_args": request.beam_pipeline_args,
        "options": json.dumps(request.options),
        **request.parameters,
    }


@contextmanager
def _terminable() -> Iterator[None]:
    """Makes SIGTERM end the run as Ctrl-C does."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


def _shown(path: Path) -> str:
    """The path from here if it lies below, else whole."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
