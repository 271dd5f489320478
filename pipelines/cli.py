"""The `trackless` command line: parses, calls, and tells in one line what went wrong.

Exit codes: 0 done, 1 the run failed, 2 refused, 130 stopped by Ctrl-C.
"""

import datetime
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from pipelines.errors import TracklessError

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
    input_path: Annotated[
        str,
        typer.Option(
            "--input", help="CSV or Parquet file of transactions; generated if absent."
        ),
    ] = "",
    columns: Annotated[
        str,
        typer.Option(
            help="JSON object from our column names to the file's, such as "
            '\'{"buyer_id": "CustomerID"}\'; recognised where it can be.'
        ),
    ] = "",
    name: Annotated[str, typer.Option(help="What to call the run.")] = "",
    epochs: Annotated[int, typer.Option(help="Passes over the training split.")] = 10,
    batch_size: Annotated[int, typer.Option(help="Examples a step.")] = 2048,
    learning_rate: Annotated[float, typer.Option(help="Of the optimizer.")] = 0.1,
    embedding_dim: Annotated[
        int, typer.Option(help="Length of a tower's output vector.")
    ] = 32,
    optimizer: Annotated[str, typer.Option(help="adagrad, adam or sgd.")] = "adagrad",
    seed: Annotated[int, typer.Option(help="Of data, weights and shuffling.")] = 1,
    option: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE", help="Any further parameter of the trainer; repeat."
        ),
    ] = None,
    data_option: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE", help="Any further option of the preparation; repeat."
        ),
    ] = None,
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
        input_path=str(Path(input_path).resolve()) if input_path else "",
        columns=columns,
        parameters={
            "epochs": epochs,
            "batch_size": batch_size,
            "learning_rate": learning_rate,
            "embedding_dim": embedding_dim,
            "optimizer": optimizer,
            "seed": seed,
        },
        options=_options(option or []),
        data_options=_options(data_option or []),
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


def main() -> None:
    """The console script; turns every expected failure into one line."""
    try:
        code = app(standalone_mode=False)
    except TracklessError as error:
        _end(str(error), error.exit_code)
    except KeyboardInterrupt:
        _end("stopped", 130)
    except Exception as error:
        usage = getattr(error, "format_message", None)  # click's usage errors
        if usage is None:
            raise
        _end(f"{usage()} See `trackless --help`.", 2)
    sys.exit(code if isinstance(code, int) else 0)


def _end(message: str, exit_code: int) -> None:
    for line in message.splitlines():
        print(f"trackless: {line}", file=sys.stderr)
    sys.exit(exit_code)


def _default_name(input_path: str) -> str:
    source = Path(input_path).stem.replace("_", "-") if input_path else "generated"
    return f"two-tower-{source}-{datetime.datetime.now(datetime.UTC):%m%d-%H%M}"


def _options(pairs: list[str]) -> dict[str, Any]:
    """NAME=VALUE pairs; a value is JSON where it reads as JSON, else text."""
    options: dict[str, Any] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not (name and equals):
            raise TracklessError(f"--option {pair}: expected NAME=VALUE")
        try:
            options[name] = json.loads(text)
        except json.JSONDecodeError:
            options[name] = text
    return options
