"""Prepares a folder of examples: all of it or nothing.

Everything is written to a folder beside the target and renamed at the end, so an
interrupted or failed run leaves no half-written target behind.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apache_beam as beam
import pyarrow.parquet
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from trainer import features, progress
from trainer.errors import DataError, TrainerError
from trainer.prepare import generator, pipeline
from trainer.prepare.cleaning import REASONS
from trainer.prepare.options import Options
from trainer.prepare.source import Source, inspect
from trainer.prepare.splitting import SPLITS
from trainer.prepare.steps import NAMESPACE


def prepare(
    input_path: str,
    mapping: Mapping[str, str],
    output: str,
    seed: int,
    options: Options,
) -> dict[str, Any]:
    """Prepares a source's transactions for training.

    1. Looks at the source before anything is written.
    2. Runs the pipeline into a staging folder beside `output`.
    3. Writes `dataset.json` there and renames the folder to `output`.

    Args:
      input_path: CSV or Parquet file; empty for generated transactions.
      mapping: Role to column; empty to recognise the columns.
      output: Folder to make; may exist if empty or an earlier preparation.
      seed: Of the generator and of the order of examples.
      options: Bounded options.

    Returns:
      The content of `dataset.json`.

    Raises:
      DataError: The source or the output folder cannot be used.
      ColumnError: The mapping does not fit the source.
    """
    target = _checked_target(output)
    source = inspect(input_path, mapping) if input_path else None
    name = Path(input_path).name if source else f"generated (seed {seed})"
    with _staging(target) as folder:
        progress.report("prepare", "start", message=f"reading {name}")
        counts = _run(source or _generate(folder, seed, options), folder, seed, options)
        dataset = _describe(name, folder, counts, seed, options)
        (folder / features.DATASET_FILE).write_text(json.dumps(dataset, indent=1))
        if target.exists():
            shutil.rmtree(target)
        folder.rename(target)
    progress.report("prepare", "done", message=_summary(dataset))
    return dataset


def _checked_target(output: str) -> Path:
    target = Path(output)
    if target.exists() and not target.is_dir():
        raise DataError(f"{output}: is a file; give a folder for the examples.")
    used = target.is_dir() and any(target.iterdir())
    if used and not (target / features.DATASET_FILE).is_file():
        raise DataError(
            f"{output}: holds other files; give a new folder, or that of an earlier "
            "preparation, which is then replaced."
        )
    return target


@contextmanager
def _staging(target: Path) -> Iterator[Path]:
    """A folder beside the target that is gone afterwards, renamed or removed."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        parent = tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent)
    except OSError as error:
        raise DataError(
            f"{target}: cannot be written ({error.strerror}); give a folder on a "
            "disk with room and the right to write."
        ) from error
    try:
        folder = Path(parent) / "examples"
        folder.mkdir()
        yield folder
    finally:
        shutil.rmtree(parent, ignore_errors=True)


def _generate(folder: Path, seed: int, options: Options) -> Source:
    table = generator.generate(seed, options.lines, options.buyers, options.products)
    file = folder.parent / "transactions.parquet"
    pyarrow.parquet.write_table(table, file, row_group_size=50_000)
    return inspect(str(file), {})


def _run(source: Source, folder: Path, seed: int, options: Options) -> dict[str, int]:
    """Runs the pipeline; returns its counters by name."""
    job = beam.Pipeline(runner=FnApiRunner())
    pipeline.build(job, source, str(folder), seed, options)
    try:
        result = job.run()
        result.wait_until_finish()
    except Exception as error:  # Beam wraps what its steps raise.
        raise _own_error(error) or error from error
    counters = result.metrics().query()["counters"]
    return {
        counter.key.metric.name: int(counter.committed)
        for counter in counters
        if counter.key.metric.namespace == NAMESPACE
    }


def _own_error(error: BaseException) -> TrainerError | None:
    """Our own error among those that led to `error`, to be shown by itself."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, TrainerError):
            return cause
        cause = cause.__cause__ or cause.__context__
    return None


def _describe(
    name: str, folder: Path, counts: dict[str, int], seed: int, options: Options
) -> dict[str, Any]:
    cuts = json.loads((folder / pipeline.CUTS_FILE).read_text())
    (folder / pipeline.CUTS_FILE).unlink()
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
        "buyers": _rows(folder, features.BUYERS_FILE),
        "products": _rows(folder, features.PRODUCTS_FILE),
        "history_length": options.history_length,
    }


def _rows(folder: Path, name: str) -> int:
    file = folder / features.VOCABULARIES / name
    return int(pyarrow.parquet.read_metadata(file).num_rows)


def _utc(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _summary(dataset: Mapping[str, Any]) -> str:
    dropped = ", ".join(
        f"{number:,} {reason.replace('_', ' ')}"
        for reason, number in dataset["dropped"].items()
    )
    kept = f"{dataset['rows_kept']:,} of {dataset['rows_read']:,} lines kept"
    return f"{kept} (dropped: {dropped})" if dropped else kept
