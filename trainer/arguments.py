"""The arguments of the trainer's commands: names, defaults, help. No behaviour."""

import argparse
from collections.abc import Sequence
from pathlib import Path

EPILOG = (
    "Exit codes: 0 done, 2 refused (one line each on stderr), 1 failed, "
    "128 + signal when stopped."
)


def parse(arguments: Sequence[str] | None, description: str) -> argparse.Namespace:
    """The arguments of one command, whose name is `command`.

    Args:
      arguments: As on a command line; None for the process's own.
      description: What `--help` says of the program.

    Raises:
      SystemExit: They are wrong or ask for help, as argparse does it.
    """
    parser = argparse.ArgumentParser(
        prog="python -m trainer", description=description, epilog=EPILOG
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    _add_check(commands)
    _add_prepare(commands)
    _add_train(commands)
    return parser.parse_args(arguments)


def _add_check(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "check", help="validate parameters and a source, do nothing", epilog=EPILOG
    )
    _params(command)
    _source(command)
    command.add_argument(
        "--output", default="", help="folder that prepare is to make, for a query"
    )
    _options(command)
    _beam(command)


def _add_prepare(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "prepare", help="transactions to examples, split by time", epilog=EPILOG
    )
    _source(command)
    command.add_argument("--output", required=True, help="folder to make")
    command.add_argument(
        "--seed", type=int, default=1, help="of the generator and the order (1)"
    )
    _options(command)
    _beam(command)


def _add_train(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "train", help="train, evaluate and export through TFX", epilog=EPILOG
    )
    for name, text in (
        ("--examples", "folder that prepare made"),
        ("--model", "folder for the SavedModel"),
        ("--model-run", "folder for what belongs to the run alone"),
    ):
        command.add_argument(name, required=True, type=Path, help=text)
    command.add_argument(
        "--artifacts", required=True, metavar="URI", help="the run's gs:// or folder"
    )
    command.add_argument(
        "--journal", required=True, help="local file that keeps metrics meanwhile"
    )
    command.add_argument("--quick-test-id", type=int, help="the platform's run id")
    command.add_argument("--pipeline-job", help="name of the pipeline's job")
    _params(command)


def _params(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--params", default="", metavar="JSON", help="see trainer/parameters.py"
    )


def _options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--options", default="", metavar="JSON", help="see trainer/prepare/options.py"
    )


def _beam(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--beam-pipeline-args",
        default="",
        metavar="JSON",
        help='array of options of Beam, ["--runner=DataflowRunner", …]; none: one '
        "process on this machine",
    )


def _source(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--input",
        default="",
        metavar="SOURCE",
        help="CSV or Parquet, local or gs://, may hold *; 'bigquery:SELECT …' the "
        "lines of a query; none: generated",
    )
    command.add_argument(
        "--columns",
        default="",
        metavar="JSON",
        help='role to column, {"buyer": …, "product": …, "time": …}; none: recognised',
    )
