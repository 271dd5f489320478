"""The Beam steps of preparing data; each moves whole Arrow tables, not lines.

Holds what Beam needs around the functions of the other modules, and no rule of
its own about the data.
"""

import zlib
from collections.abc import Iterable, Iterator

import apache_beam as beam
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from apache_beam.metrics import Metrics

from trainer import features
from trainer.prepare import dimensions, examples, records, splitting
from trainer.prepare.cleaning import clean
from trainer.prepare.columns import Layout
from trainer.prepare.history import latest_products
from trainer.prepare.source import Source, read_csv
from trainer.prepare.splitting import SPLITS, Census, Cuts

NAMESPACE = "prepare"


def read(pipeline: beam.Pipeline, source: Source) -> beam.PCollection:
    """Tables of the source's needed columns."""
    files = pipeline | "Files" >> beam.Create(source.files) | beam.Reshuffle()
    if source.kind == "parquet":
        return files | "Read" >> beam.io.ReadAllFromParquetBatched(
            columns=sorted(set(source.layout.columns.values()))
        )
    return files | "Read" >> beam.FlatMap(read_csv, source.layout)


class Clean(beam.DoFn):
    """Uniform lines; counts what was read, kept and dropped."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def process(self, table: pa.Table) -> Iterator[pa.Table]:
        lines, dropped = clean(table, self._layout)
        _count("rows_read", len(table))
        _count("rows_kept", len(lines))
        for reason, number in dropped.items():
            _count(f"dropped_{reason}", number)
        yield lines


class CutByTime(beam.CombineFn):
    """Finds the cuts from the times of all lines."""

    def __init__(self, train_fraction: float, eval_fraction: float) -> None:
        self._fractions = train_fraction, eval_fraction

    def create_accumulator(self) -> Census:
        return splitting.merge([])

    def add_input(self, total: Census, lines: pa.Table) -> Census:
        at = lines.column("at").to_numpy()
        return splitting.merge([total, splitting.census(at)])

    def merge_accumulators(self, totals: Iterable[Census]) -> Census:
        return splitting.merge(totals)

    def extract_output(self, total: Census) -> Cuts:
        return splitting.cut(total, *self._fractions)


class Dimension(beam.CombineFn):
    """The table of buyers or of products."""

    def __init__(self, key: str, attributes: tuple[str, ...]) -> None:
        self._key = key
        self._attributes = attributes

    def create_accumulator(self) -> list[pa.Table]:
        return []

    def add_input(self, parts: list[pa.Table], lines: pa.Table) -> list[pa.Table]:
        return [*parts, dimensions.summarise(lines, self._key, self._attributes)]

    def merge_accumulators(self, totals: Iterable[list[pa.Table]]) -> list[pa.Table]:
        return self.compact([part for parts in totals for part in parts])

    def compact(self, parts: list[pa.Table]) -> list[pa.Table]:
        if not parts:
            return parts
        whole = pa.concat_tables(parts)
        return [dimensions.summarise(whole, self._key, self._attributes)]

    def extract_output(self, parts: list[pa.Table]) -> pa.Table:
        return dimensions.by_count(self.compact(parts)[0], self._key)


def with_split(lines: pa.Table, cuts: Cuts) -> pa.Table:
    """Adds `split`, an index into `SPLITS`."""
    split = cuts.split_of(lines.column("at").to_numpy())
    return lines.append_column("split", pa.array(split))


def train_lines(lines: pa.Table) -> pa.Table:
    """The lines of the train split."""
    return lines.filter(pa.array(lines.column("split").to_numpy() == 0))


def by_shard(lines: pa.Table, shards: int) -> Iterator[tuple[int, pa.Table]]:
    """Lines keyed so that all lines of a buyer meet in one shard."""
    buyers = lines.column("buyer").combine_chunks().dictionary_encode()
    names = buyers.dictionary.to_pylist()
    shard_of = np.array([_stable_hash(name) % shards for name in names], np.int64)
    shard = shard_of[buyers.indices.to_numpy()] if names else np.zeros(0, np.int64)
    for index in np.unique(shard).tolist():
        yield index, lines.filter(pa.array(shard == index))


class MakeExamples(beam.DoFn):
    """Writes the examples of a shard's buyers, one file a split.

    Gives the buyers' histories as of the end of train.
    """

    def __init__(
        self, folder: str, shards: int, history_length: int, seed: int
    ) -> None:
        self._folder = folder
        self._shards = shards
        self._history_length = history_length
        self._seed = seed

    def process(
        self,
        shard: tuple[int, Iterable[pa.Table]],
        buyers: pa.Table,
        products: pa.Table,
    ) -> Iterator[pa.Table]:
        index, tables = shard
        lines = pa.concat_tables(tables)
        _count_cold(lines, "buyer", buyers)
        _count_cold(lines, "product", products)
        yield latest_products(train_lines(lines), self._history_length)
        lines = examples.with_history(lines, self._history_length)
        for split, table in examples.split_tables(lines, SPLITS):
            _count(f"{split}_examples", len(table))
            if len(table):
                table = examples.shuffled(table, self._seed + index)
                records.write(self._file(split, index), examples.serialise(table))

    def _file(self, split: str, index: int) -> str:
        folder = f"{self._folder}/{features.split_folder(split)}"
        return f"{folder}/examples-{index:05d}-of-{self._shards:05d}.gz"


def _count_cold(lines: pa.Table, key: str, known: pa.Table) -> None:
    """Counts lines after train whose buyer or product train does not have."""
    names = pc.is_in(lines.column(key), known.column(key).combine_chunks())
    cold = ~np.asarray(names)
    split = lines.column("split").to_numpy()
    for position, name in enumerate(SPLITS[1:], start=1):
        _count(f"{name}_cold_{key}", int((cold & (split == position)).sum()))


def _count(name: str, number: int) -> None:
    Metrics.counter(NAMESPACE, name).inc(number)


def _stable_hash(name: str) -> int:
    """Alike in every process, unlike Python's own hash of text."""
    return zlib.crc32(name.encode())
