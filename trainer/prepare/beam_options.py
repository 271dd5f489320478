"""Which Beam runner prepares the data, and with which of its options.

Without any, one process does it all. What is given is passed to Beam as TFX passes
its `beam_pipeline_args`; a name that no installed runner knows is refused.
"""

import contextlib
import io
import json

from apache_beam.options.pipeline_options import (
    GoogleCloudOptions,
    PipelineOptions,
    StandardOptions,
)
from apache_beam.options.pipeline_options_validator import PipelineOptionsValidator
from apache_beam.runners.runner import create_runner

from trainer import environment, fields
from trainer.errors import OptionError
from trainer.prepare import files

IN_PROCESS = "FnApiRunner"
_ON_THIS_MACHINE = frozenset({IN_PROCESS, "DirectRunner", "PrismRunner"})
NAME = "--beam-pipeline-args"


def parse(text: str) -> PipelineOptions:
    """Beam's options from a JSON array of `--name=value`; empty text is no option.

    Beam's own default, DirectRunner, may hand the work to a Go program that has to be
    downloaded first; the runner is FnApiRunner unless another is named.

    Raises:
      OptionError: It is no such array, or Beam does not know one of them.
    """
    given = _strings(text)
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            options = PipelineOptions(given)
            known = options.get_all_options(drop_default=True)
            every = options.get_all_options(
                drop_default=True, retain_unknown_options=True
            )
    except SystemExit as refused:  # argparse's way of refusing a value
        last = said.getvalue().strip().splitlines()[-1].rpartition("error: ")[2]
        raise OptionError([f"{NAME}: {last}."]) from refused
    if unknown := sorted(every.keys() - known.keys()):
        names = PipelineOptions().get_all_options()
        raise OptionError(
            [
                f"{NAME}: --{name}: no option of Beam or its runners; "
                f"{fields.nearest(name, names)}"
                for name in unknown
            ]
        )
    standard = options.view_as(StandardOptions)
    standard.runner = standard.runner or IN_PROCESS
    _validate(options, standard.runner)
    return options


def _validate(options: PipelineOptions, runner: str) -> None:
    try:
        found = PipelineOptionsValidator(options, create_runner(runner)).validate()
    except Exception as error:
        # A runner may ask its service; what can go wrong there shares no base.
        found = [f"--runner={runner}: {files.first_line(error)}"]
    if found:
        raise OptionError([f"{NAME}: {problem.rstrip('.')}." for problem in found])


def runs_elsewhere(options: PipelineOptions) -> bool:
    """Whether the work is done on machines that do not see local files."""
    runner = options.view_as(StandardOptions).runner
    return runner.rpartition(".")[2] not in _ON_THIS_MACHINE


def project(options: PipelineOptions) -> str | None:
    """Which project pays; None for the default credentials' own."""
    given: str | None = options.view_as(GoogleCloudOptions).project
    return given or environment.vertex_project()


def temp_location(options: PipelineOptions) -> str | None:
    """The folder for what belongs to the work alone, if one is named."""
    given: str | None = options.view_as(GoogleCloudOptions).temp_location
    return given


def _strings(text: str) -> list[str]:
    try:
        given = json.loads(text or "[]")
    except json.JSONDecodeError:
        given = None
    if not isinstance(given, list) or not all(
        isinstance(item, str) and item.startswith("--") for item in given
    ):
        raise OptionError(
            [
                f"{NAME}: received {text[:60]}; give a JSON array of options such as "
                '["--runner=DataflowRunner", "--region=europe-west1"].'
            ]
        )
    return given
