"""Prepares a folder of examples: all of it or nothing.

Joins the parts: where from, where to, by which runner; and records in `dataset.json`
what was done.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

import pyarrow.parquet
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions

from trainer import features, interruption, progress
from trainer.errors import DataError
from trainer.prepare import beam_options, files, generator, pipeline, running
from trainer.prepare.cleaning import REASONS
from trainer.prepare.options import Options
from trainer.prepare.output import Output, made_whole
from trainer.prepare.source import Source, inspect
from trainer.prepare.splitting import SPLITS


def prepare(
    input_path: str,
    mapping: Mapping[str, str],
    output: str,
    seed: int,
    options: Options,
    beam: PipelineOptions | None = None,
) -> dict[str, Any]:
    """Prepares a source's transactions for training.

    1. Looks at the source before anything is written.
    2. Runs the pipeline.
    3. Writes `dataset.json`, last.

    Args:
      input_path: CSV or Parquet files, local or `gs://`, a path or a pattern; empty
        for generated transactions.
      mapping: Role to column; empty to recognise the columns.
      output: Folder to make, local or `gs://`; see `trainer.prepare.output`.
      seed: Of the generator and of the order of examples.
      options: Bounded options.
      beam: Runner and its options; by default one process.

    Returns:
      The content of `dataset.json`.

    Raises:
      DataError: The source or the output folder cannot be used.
      ColumnError: The mapping does not fit the source.
      TrainerError: The runner could not do the work.
    """
    beam = beam or beam_options.parse("")
    FileSystems.set_options(beam)
    target = files.normalise(output)
    _check_reach(beam, input_path, target)
    source = inspect(input_path, mapping) if input_path else None
    name = PurePosixPath(input_path).name if source else f"generated (seed {seed})"
    with made_whole(target) as made:
        progress.report("prepare", "start", message=f"reading {name}")
        source = source or _generate(made, seed, options)
        interruption.check()
        counts = running.run(source, made, seed, options, beam)
        interruption.check()
        dataset = _describe(name, made, counts, seed, options)
        with FileSystems.create(f"{made.folder}/{features.DATASET_FILE}") as stream:
            stream.write(json.dumps(dataset, indent=1).encode())
    progress.report("prepare", "done", message=_summary(dataset))
    return dataset


def _check_reach(beam: PipelineOptions, input_path: str, target: str) -> None:
    if not beam_options.runs_elsewhere(beam):
        return
    for what, path in (("input", input_path), ("output", target)):
        if path and not files.is_remote(files.normalise(path)):
            raise DataError(
                f"{path}: the {what} is on this machine, where the workers of the "
                "chosen runner do not reach it; give a gs:// address."
            )


def _generate(output: Output, seed: int, options: Options) -> Source:
    table = generator.generate(seed, options.lines, options.buyers, options.products)
    file = f"{output.scratch}/transactions.parquet"
    with FileSystems.create(file) as stream:
        pyarrow.parquet.write_table(table, stream, row_group_size=50_000)
    return inspect(file, {})


def _describe(
    name: str, output: Output, counts: dict[str, int], seed: int, options: Options
) -> dict[str, Any]:
    with FileSystems.open(f"{output.scratch}/{pipeline.CUTS_FILE}") as stream:
        cuts = json.loads(stream.read())
    return {
        "source": name,
        "seed": seed,
        "rows_read": counts["rows_read"],
        "rows_kept": counts["rows_kept"],
        "dropped": {
            reason: counts[f"dropped_{reason}"]
            for reason in REASONS
            if counts.get(f"dropped_{reason}")
        },
        "split": {
            "rule": "by time: every eval line is later than every train line, every "
            "test line later than every eval line",
            "train_fraction": options.train_fraction,
            "eval_fraction": options.eval_fraction,
            **{key: _utc(seconds) for key, seconds in cuts.items()},
        },
        **{f"{split}_examples": counts.get(f"{split}_examples", 0) for split in SPLITS},
        "cold": {
            f"{split}_{key}_lines": counts.get(f"{split}_cold_{key}", 0)
            for split in SPLITS[1:]
            for key in (features.BUYER, features.PRODUCT)
        },
        "buyers": _rows(output.folder, features.BUYERS_FILE),
        "products": _rows(output.folder, features.PRODUCTS_FILE),
        "history_length": options.history_length,
    }


def _rows(folder: str, name: str) -> int:
    with files.opened(f"{folder}/{features.VOCABULARIES}/{name}") as stream:
        return int(pyarrow.parquet.read_metadata(stream).num_rows)


def _utc(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _summary(dataset: Mapping[str, Any]) -> str:
    dropped = ", ".join(
        f"{number:,} {reason.replace('_', ' ')}"
        for reason, number in dataset["dropped"].items()
    )
    kept = f"{dataset['rows_kept']:,} of {dataset['rows_read']:,} lines kept"
    return f"{kept} (dropped: {dropped})" if dropped else kept
