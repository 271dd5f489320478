"""The Beam pipeline of preparing data, the same for every runner.

read ─ clean ┬─ cuts ────────────┐
             └──────────── split ┬─ buyers, products (train only)
                                 └─ by buyer ─ history ─ examples per split
"""

import json
from dataclasses import asdict

import apache_beam as beam
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems
from apache_beam.pvalue import AsList, AsSingleton

from trainer import features
from trainer.prepare import dimensions, steps
from trainer.prepare.options import Options
from trainer.prepare.output import Output
from trainer.prepare.source import Source
from trainer.prepare.splitting import Cuts

CUTS_FILE = "cuts.json"


def build(
    pipeline: beam.Pipeline, source: Source, output: Output, seed: int, options: Options
) -> None:
    """Adds everything from reading the source to writing the folder's files."""
    folder = output.folder
    cleaned = steps.read(pipeline, source) | "Clean" >> beam.ParDo(
        steps.Clean(source.layout)
    )
    cuts = cleaned | "Cuts" >> beam.CombineGlobally(
        steps.CutByTime(options.train_fraction, options.eval_fraction)
    )
    lines = cleaned | "Split" >> beam.Map(steps.with_split, AsSingleton(cuts))
    train = lines | "Train lines" >> beam.Map(steps.train_lines)
    buyers = train | "Buyers" >> beam.CombineGlobally(
        steps.Dimension(features.BUYER, dimensions.BUYER_ATTRIBUTES)
    )
    products = train | "Products" >> beam.CombineGlobally(
        steps.Dimension(features.PRODUCT, dimensions.PRODUCT_ATTRIBUTES)
    )
    histories = (
        lines
        | "Key" >> beam.FlatMap(steps.by_shard, options.shards)
        | "By buyer" >> beam.GroupByKey()
        | "Examples"
        >> beam.ParDo(
            steps.MakeExamples(folder, options.shards, options.history_length, seed),
            AsSingleton(buyers),
            AsSingleton(products),
        )
    )
    _ = cuts | "Write cuts" >> beam.Map(_write_cuts, f"{output.scratch}/{CUTS_FILE}")
    vocabularies = f"{folder}/{features.VOCABULARIES}"
    _ = (
        buyers
        | "Join histories" >> beam.Map(_join, AsList(histories))
        | "Write buyers"
        >> beam.Map(_write_table, f"{vocabularies}/{features.BUYERS_FILE}")
    )
    _ = products | "Write products" >> beam.Map(
        _write_table, f"{vocabularies}/{features.PRODUCTS_FILE}"
    )


def _join(buyers: pa.Table, histories: list[pa.Table]) -> pa.Table:
    """Adds each buyer's history; every buyer has one, in one of the tables."""
    whole = pa.concat_tables(histories).combine_chunks()
    known = whole.column(features.BUYER).combine_chunks()
    rows = pc.index_in(buyers.column(features.BUYER).combine_chunks(), known)
    return buyers.append_column(features.HISTORY, whole[features.HISTORY].take(rows))


def _write_table(table: pa.Table, path: str) -> None:
    with FileSystems.create(
        path, compression_type=CompressionTypes.UNCOMPRESSED
    ) as out:
        pa.parquet.write_table(table, out)


def _write_cuts(cuts: Cuts, path: str) -> None:
    with FileSystems.create(path) as out:
        out.write(json.dumps(asdict(cuts)).encode())
