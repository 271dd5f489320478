"""Where the lines come from: files, a BigQuery query, or the generator.

An origin is looked at before anything is written, and opened when there is a place to
write to. Holds which is which, and no rule about what the lines are.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import PurePosixPath

import pyarrow.parquet
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions

from trainer import progress
from trainer.errors import DataError
from trainer.prepare import beam_options, export, files, generator, query
from trainer.prepare.options import Options
from trainer.prepare.output import Output
from trainer.prepare.source import Source, inspect


@dataclass(frozen=True)
class Origin:
    """Lines that can be had.

    Attributes:
      name: For people, in one line.
      opened: Gives the lines' files while its block runs; takes the places to write to.
    """

    name: str
    opened: Callable[[Output], AbstractContextManager[Source]]


def of_files(path: str, mapping: Mapping[str, str], beam: PipelineOptions) -> Origin:
    """CSV or Parquet files; their first lines are looked at.

    Raises:
      DataError: They cannot be used, or the runner's workers do not reach them.
      ColumnError: The mapping does not fit their columns.
    """
    check_reach(beam, "input", path)
    source = inspect(path, mapping)
    return Origin(PurePosixPath(path).name, lambda _: nullcontext(source))


def of_query(
    path: str, mapping: Mapping[str, str], output: str, beam: PipelineOptions
) -> Origin:
    """A query; BigQuery checks it in a dry run.

    Args:
      path: `bigquery:` and the query.
      mapping: Role to column; empty to recognise the columns.
      output: The folder to make, beside or in which a bucket may hold the lines.
      beam: Names the project that pays, and a bucket where the output is in none.

    Raises:
      DataError: There is no bucket, or BigQuery refuses the query.
      ColumnError: The mapping does not fit its columns.
    """
    folder = export.place(output, beam_options.temp_location(beam))
    found = query.look(path, mapping, beam_options.project(beam))
    said = f"reads {_size(found.reads_bytes)}, billed to project {found.project}"
    progress.report("prepare", "progress", message=f"{found.name}: {said}")
    return Origin(found.name, lambda _: export.exported(found, mapping, folder))


def of_generator(seed: int, options: Options) -> Origin:
    """A seeded wholesaler's lines."""

    @contextmanager
    def opened(made: Output) -> Iterator[Source]:
        table = generator.generate(
            seed, options.lines, options.buyers, options.products
        )
        file = f"{made.scratch}/transactions.parquet"
        with FileSystems.create(file) as stream:
            pyarrow.parquet.write_table(table, stream, row_group_size=50_000)
        yield inspect(file, {})

    return Origin(f"generated (seed {seed})", opened)


def check_reach(beam: PipelineOptions, what: str, path: str) -> None:
    """Refuses a place that the runner's workers do not see.

    Raises:
      DataError: It is on this machine and they are not.
    """
    if not beam_options.runs_elsewhere(beam) or files.is_remote(files.normalise(path)):
        return
    raise DataError(
        f"{path}: the {what} is on this machine, where the workers of the "
        "chosen runner do not reach it; give a gs:// address."
    )


def _size(number_bytes: float) -> str:
    for unit in ("B", "KB", "MB", "GB"):
        if number_bytes < 1000:
            return f"{number_bytes:.3g} {unit}"
        number_bytes /= 1000
    return f"{number_bytes:,.1f} TB"
