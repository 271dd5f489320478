"""Runs the Beam pipeline on the chosen runner and gives its counters back.

A job that runs elsewhere is cancelled when this process is told to stop, so that no
worker goes on costing.
"""

import re

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.runner import PipelineResult

from trainer import progress
from trainer.errors import JobFailed, TrainerError
from trainer.prepare import files, pipeline
from trainer.prepare.beam_options import runs_elsewhere
from trainer.prepare.options import Options
from trainer.prepare.output import Output
from trainer.prepare.source import Source
from trainer.prepare.steps import NAMESPACE

_EXCEPTION = re.compile(r"[A-Za-z_.]+(Error|Exception|Failed): ")


def run(
    source: Source,
    output: Output,
    seed: int,
    options: Options,
    beam_options: PipelineOptions,
) -> dict[str, int]:
    """Runs the pipeline to its end.

    Returns:
      Its counters by name.

    Raises:
      TrainerError: A step refused the data, or the runner could not run the job.
    """
    job = beam.Pipeline(options=beam_options)
    pipeline.build(job, source, output, seed, options)
    try:
        result = job.run()
        _wait(result)
    except Exception as error:  # Beam wraps what its steps raise.
        if own := _own_error(error):
            raise own from error
        if runs_elsewhere(beam_options):
            raise JobFailed(
                f"the Beam job did not succeed: {_cause(error)}; the whole log is "
                "where the runner keeps it."
            ) from error
        raise
    counters = result.metrics().query()["counters"]
    return {
        counter.key.metric.name: int(counter.committed)
        for counter in counters
        if counter.key.metric.namespace == NAMESPACE
    }


def _wait(result: PipelineResult) -> None:
    try:
        if job_id := getattr(result, "job_id", None):
            told = job_id() if callable(job_id) else job_id
            progress.report("prepare", "progress", message=f"Beam job {told}")
        result.wait_until_finish()
    except KeyboardInterrupt:
        result.cancel()
        raise


def _cause(error: Exception) -> str:
    """The last exception that a worker's traceback names, or the first line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    named = [line for line in lines if _EXCEPTION.match(line)]
    return (named[-1] if named else files.first_line(error))[:500]


def _own_error(error: BaseException) -> TrainerError | None:
    """Our own error among those that led to `error`, to be shown by itself."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, TrainerError):
            return cause
        cause = cause.__cause__ or cause.__context__
    return None
