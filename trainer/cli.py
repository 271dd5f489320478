"""The command line of the trainer: `python -m trainer check | prepare | train`.

Exit codes: 0 done; 2 something the user can put right, one line each on stderr;
1 a failure of ours, after its traceback; 128 + signal when told to stop. The last
line of stderr always names the cause.
"""

import argparse
import errno
import logging
import os
import re
import sys
import traceback
from collections.abc import Callable, Sequence

from trainer import arguments, environment, fields, interruption, parameters
from trainer.errors import (
    TRAINING_STOPPED,
    ColumnError,
    DataError,
    FieldsError,
    Interrupted,
    TrainerError,
)

PREPARING_STOPPED = "nothing of it is kept: start it again to prepare anew."
_NO_SPACE = os.strerror(errno.ENOSPC)


def main(given: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    options = arguments.parse(given, __doc__.splitlines()[0])
    run, consequence = _COMMANDS[options.command]
    environment.quiet_warnings()
    _log_own_warnings()
    interruption.listen(consequence)
    try:
        run(options)
    except (TrainerError, Interrupted) as error:
        return _refuse(error)
    except Exception as error:  # The command's boundary: traceback, then the cause.
        if stopped := interruption.received():
            return _refuse(stopped)
        traceback.print_exc()
        return _fail(error)
    return 0


def _log_own_warnings() -> None:
    """Of libraries only errors, of our own code warnings, too."""
    logging.getLogger().setLevel(logging.ERROR)
    for room in ("trainer", "training_metrics"):
        logging.getLogger(room).setLevel(logging.WARNING)


def check(options: argparse.Namespace) -> None:
    """Validates parameters, options, and a source's columns if one is given."""
    from trainer.prepare import options as prepare_options

    problems: list[str] = []
    try:
        parameters.parse(options.params)
    except FieldsError as error:
        problems += error.problems
    try:
        prepare_options.parse(options.options)
    except FieldsError as error:
        problems += error.problems
    if options.input:
        try:
            _look(options)
        except FieldsError as error:
            problems += error.problems
        except DataError as error:
            problems.append(str(error))
    if problems:
        raise FieldsError(problems)


def _look(options: argparse.Namespace) -> None:
    """Looks at the source as `prepare` does before it writes anything."""
    from trainer.prepare import query
    from trainer.prepare.source import inspect

    mapping = _mapping(options.columns)
    if not query.is_query(options.input):
        inspect(options.input, mapping)
        return
    from trainer.prepare import beam_options, origin  # Beam takes seconds to import.

    beam = beam_options.parse(options.beam_pipeline_args)
    origin.of_query(options.input, mapping, options.output, beam)


def prepare(options: argparse.Namespace) -> None:
    """Prepares transactions for training."""
    from trainer.prepare import lean_beam
    from trainer.prepare import options as prepare_options

    chosen = prepare_options.parse(options.options)
    mapping = _mapping(options.columns)
    # Beam takes seconds to import; bad options are refused before.
    if options.beam_pipeline_args in ("", "[]"):
        lean_beam.leave_out_connectors(options.input, options.output)
    from trainer.prepare import beam_options
    from trainer.prepare.preparation import prepare as prepare_folder

    beam = beam_options.parse(options.beam_pipeline_args)
    prepare_folder(options.input, mapping, options.output, options.seed, chosen, beam)


def train(options: argparse.Namespace) -> None:
    """Trains through TFX's executor."""
    from trainer.executor import Places, execute
    from trainer.job import Config

    given = fields.parse_json_object(
        options.params, "--params", parameters.ParameterError
    )
    parameters.parse(given)
    if not options.examples.is_dir():
        raise DataError(
            f"{options.examples}: no such folder; run `python -m trainer prepare`."
        )
    environment.prepare_tensorflow()
    config = Config(
        artifacts=options.artifacts,
        journal=options.journal,
        parameters=given,
        quick_test_id=options.quick_test_id,
        pipeline_job=options.pipeline_job,
    )
    execute(Places(options.examples, options.model, options.model_run), config)


_COMMANDS: dict[str, tuple[Callable[[argparse.Namespace], None], str]] = {
    "check": (check, "nothing was changed."),
    "prepare": (prepare, PREPARING_STOPPED),
    "train": (train, TRAINING_STOPPED),
}
"""What each command does, and what a user who stops it is told."""


def _mapping(text: str) -> dict[str, str]:
    return fields.parse_json_object(text, "--columns", ColumnError)


def _refuse(error: TrainerError | Interrupted) -> int:
    for line in str(error).splitlines():
        print(f"trainer: {line}", file=sys.stderr)
    return error.exit_code


def _place(text: str) -> str:
    """The file that an error's text names, with a colon; empty without one."""
    found = re.search(r"/[^\s;:'\"]+", text)
    return f"{found.group()}: " if found else ""


def _fail(error: Exception) -> int:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    # Keras puts the path through its code first and the cause last.
    last = bool(lines) and lines[0].startswith("in user code")
    text = lines[-1 if last else 0] if lines else "no further message"
    if _NO_SPACE in str(error):
        print(
            f"trainer: {_place(str(error))}{_NO_SPACE.lower()}; free space on that "
            "disk and start it again.",
            file=sys.stderr,
        )
        return 1
    print(f"trainer: {type(error).__name__}: {text[:500]}", file=sys.stderr)
    return 1
