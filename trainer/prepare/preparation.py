"""Prepares a folder of examples: all of it or nothing.

Joins the parts: where from, where to, by which runner; and records in `dataset.json`
what was done.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pyarrow.parquet
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions

from trainer import features, interruption, progress
from trainer.prepare import beam_options, files, origin, pipeline, query, running
from trainer.prepare.cleaning import REASONS
from trainer.prepare.options import Options
from trainer.prepare.origin import Origin
from trainer.prepare.output import Output, made_whole
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
    2. Has BigQuery export the lines of a query; generates them without a source.
    3. Runs the pipeline.
    4. Writes `dataset.json`, last.

    Args:
      input_path: CSV or Parquet files, local or `gs://`, a path or a pattern;
        `bigquery:` and a query; empty for generated transactions.
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
    origin.check_reach(beam, "output", target)
    found = _look(input_path, mapping, target, seed, options, beam)
    with made_whole(target) as made:
        progress.report("prepare", "start", message=f"reading {found.name}")
        with found.opened(made) as source:
            interruption.check()
            counts = running.run(source, made, seed, options, beam)
        interruption.check()
        dataset = {
            "source": found.name,
            **({"query": source.query} if source.query else {}),
            **_describe(made, counts, seed, options),
        }
        with FileSystems.create(f"{made.folder}/{features.DATASET_FILE}") as stream:
            stream.write(json.dumps(dataset, indent=1).encode())
    progress.report("prepare", "done", message=_summary(dataset))
    return dataset


def _look(
    input_path: str,
    mapping: Mapping[str, str],
    target: str,
    seed: int,
    options: Options,
    beam: PipelineOptions,
) -> Origin:
    if query.is_query(input_path):
        return origin.of_query(input_path, mapping, target, beam)
    if input_path:
        return origin.of_files(input_path, mapping, beam)
    return origin.of_generator(seed, options)


def _describe(
    output: Output, counts: dict[str, int], seed: int, options: Options
) -> dict[str, Any]:
    with FileSystems.open(f"{output.scratch}/{pipeline.CUTS_FILE}") as stream:
        cuts = json.loads(stream.read())
    return {
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
