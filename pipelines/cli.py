"""The `trackless` command line: parses, calls, and tells in one line what went wrong.

Exit codes: 0 done, 1 the run failed, 2 refused, 130 stopped by Ctrl-C.
"""

import datetime
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipelines import options
from pipelines.errors import TracklessError
from pipelines.submit_command import submit

_STOPPED = 130

app = typer.Typer(
    name="trackless",
    help="Experiment tracking for recommender training, with no tracking server.",
    epilog="Exit codes: 0 done, 1 the run failed, 2 refused, 130 stopped.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.command()
def run(
    input_path: options.InputPath = "",
    columns: options.Columns = "",
    name: Annotated[str, typer.Option(help="What to call the run.")] = "",
    epochs: options.Epochs = 10,
    batch_size: options.BatchSize = 2048,
    learning_rate: options.LearningRate = 0.1,
    embedding_dim: options.EmbeddingDim = 32,
    optimizer: options.Optimizer = "adagrad",
    seed: options.Seed = 1,
    option: options.Further = None,
    data_option: options.FurtherData = None,
    beam_pipeline_args: options.BeamArgs = "[]",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Of Django; 0 takes a free one.")
    ] = 0,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Go on serving until Ctrl-C.")
    ] = True,
) -> None:
    """Train on this machine and show the run in Django."""
    from pipelines.local_run import RunRequest, run_locally

    request = RunRequest(
        name=name or _default_name(input_path),
        input_path=options.absolute(input_path),
        columns=columns,
        parameters={
            "epochs": epochs,
            "batch_size": batch_size,
            "learning_rate": learning_rate,
            "embedding_dim": embedding_dim,
            "optimizer": optimizer,
            "seed": seed,
        },
        options=options.pairs("--option", option),
        data_options=options.pairs("--data-option", data_option),
        beam_pipeline_args=beam_pipeline_args,
        port=port,
        keep_serving=serve,
    )
    run_locally(request, Console(soft_wrap=True))


@app.command()
def serve(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="On 127.0.0.1; 0 takes a free one.")
    ] = 8000,
) -> None:
    """Serve the runs of earlier `trackless run`s."""
    from pipelines.home import open_home
    from pipelines.local_run import serve_until_stopped
    from pipelines.server import start_server

    console = Console(soft_wrap=True)
    server = start_server(open_home(), port=port)
    try:
        console.print(f"Runs: {server.url}/", highlight=False)
        console.print(f"Sign in once: {server.login_url}", highlight=False)
        serve_until_stopped(server, console)
    finally:
        server.stop()


app.command()(submit)


@app.command(name="compile")
def compile_(
    output: Annotated[
        Path, typer.Option(help="Folder to write; pipeline_spec/ of the project.")
    ] = Path("pipeline_spec"),
) -> None:
    """Regenerate everything in pipeline_spec/."""
    from pipelines.compiling import compile_specs

    for path in compile_specs(output):
        typer.echo(path)


@app.command()
def doctor(
    artifact_root: Annotated[
        str, typer.Option(help="gs://bucket/folder or a folder; TRACKLESS_HOME.")
    ] = "",
    django_url: Annotated[
        str, typer.Option(help="The Django app's address with its prefix.")
    ] = "",
) -> int:
    """Check what a run needs and say what to do about each."""
    from pipelines.doctor import examine
    from pipelines.home import open_home

    home = open_home()
    findings = examine(
        artifact_root=artifact_root or str(home.folder),
        django_url=django_url,
        secret=home.secret,
    )
    for finding in findings:
        mark = "ok  " if finding.well else "MEND"
        typer.echo(f"{mark} {finding.name}: {finding.said}")
    return 0 if all(finding.well for finding in findings) else 1


def main() -> None:
    """The console script; turns every expected failure into one line."""
    try:
        code = app(standalone_mode=False)
    except TracklessError as error:
        _end(str(error), error.exit_code)
    except Exception as error:
        usage = getattr(error, "format_message", None)  # click's usage errors
        if usage is None:
            raise
        _end(f"{usage()} See `trackless --help`.", 2)
    if code == _STOPPED:  # typer makes an exit code of Ctrl-C
        _end("stopped", _STOPPED)
    sys.exit(code if isinstance(code, int) else 0)


def _end(message: str, exit_code: int) -> None:
    for line in message.splitlines():
        print(f"trackless: {line}", file=sys.stderr)
    sys.exit(exit_code)


def _default_name(input_path: str) -> str:
    source = Path(input_path).stem.replace("_", "-") if input_path else "generated"
    if options.is_query(input_path):
        source = "bigquery"
    return f"two-tower-{source}-{datetime.datetime.now(datetime.UTC):%m%d-%H%M}"
