"""Examples that `prepare` did not make: of TFX's own ExampleGen, or of its Transform.

An example needs `buyer` and `product`, one text each, and `at`, whole seconds since
1970. It may have what else `prepare` writes (`trainer.features`). The tables of buyers
and products that `prepare` writes beside its examples are made here, from the train
split. Where there is no test split, the eval split is tested.
"""

import pyarrow as pa
import pyarrow.compute as pc
import tensorflow as tf

from trainer import features
from trainer.errors import DataError
from trainer.job import Job
from trainer.prepare.dimensions import (
    BUYER_ATTRIBUTES,
    PRODUCT_ATTRIBUTES,
    by_count,
    summarise,
)
from trainer.prepare.history import latest_products
from trainer.vocabularies import Vocabularies

READ_BATCH = 8192
REQUIRED = {
    features.BUYER: "bytes_list",
    features.PRODUCT: "bytes_list",
    features.AT: "int64_list",
}
OPTIONAL = {
    "country": "bytes_list",
    "segment": "bytes_list",
    "description": "bytes_list",
    "category": "bytes_list",
    "price": "float_list",
}
_KINDS = {"bytes_list": "text", "int64_list": "whole numbers", "float_list": "floats"}
_SPECS = {
    "bytes_list": tf.io.FixedLenFeature([], tf.string, ""),
    "int64_list": tf.io.FixedLenFeature([], tf.int64),
    "float_list": tf.io.FixedLenFeature([], tf.float32, 0.0),
}


def vocabularies(job: Job) -> Vocabularies:
    """What the train split knows of buyers and products.

    Raises:
      DataError: There are no examples, or they lack a feature.
    """
    lines = _lines(job)
    buyers = summarise(lines, features.BUYER, BUYER_ATTRIBUTES)
    products = summarise(lines, features.PRODUCT, PRODUCT_ATTRIBUTES)
    latest = latest_products(lines, job.parameters.history_length)
    rows = pc.index_in(
        buyers.column(features.BUYER), latest.column(features.BUYER).combine_chunks()
    )
    histories = latest.column(features.HISTORY).take(rows)
    buyers = buyers.append_column(features.HISTORY, histories)
    return Vocabularies(
        by_count(buyers, features.BUYER), by_count(products, features.PRODUCT)
    )


def _lines(job: Job) -> pa.Table:
    files = sorted(f for pattern in job.train_files for f in tf.io.gfile.glob(pattern))
    records = tf.data.TFRecordDataset(files, compression_type="GZIP")
    first = next(iter(records.take(1).as_numpy_iterator()), None)
    if first is None:
        raise DataError(f"{job.train_files[0]}: the train split has no examples.")
    kinds = _kinds(tf.train.Example.FromString(first), job.train_files[0])
    spec = {name: _SPECS[kind] for name, kind in kinds.items()}
    batches = records.batch(READ_BATCH).map(
        lambda batch: tf.io.parse_example(batch, spec)
    )
    try:
        tables = [pa.table(batch) for batch in batches.as_numpy_iterator()]
    except tf.errors.OpError as error:
        raise DataError(
            f"{job.train_files[0]}: examples cannot be read "
            f"({error.message.splitlines()[0]})."
        ) from error
    lines = pa.concat_tables(tables)
    text = [name for name, kind in kinds.items() if kind == "bytes_list"]
    for name in text:
        place = lines.schema.get_field_index(name)
        lines = lines.set_column(place, name, lines.column(name).cast(pa.string()))
    return lines


def _kinds(example: tf.train.Example, file: str) -> dict[str, str]:
    """Feature to kind, of those that are used, as the first example has them."""
    found = {
        name: feature.WhichOneof("kind")
        for name, feature in example.features.feature.items()
    }
    for name, kind in REQUIRED.items():
        if found.get(name) != kind:
            has = _KINDS.get(found.get(name) or "", "nothing")
            raise DataError(
                f"{file}: {name} is {has}, expected {_KINDS[kind]}; the examples have "
                f"{', '.join(sorted(found))}. Name and convert them with Transform."
            )
    optional = {n: kind for n, kind in OPTIONAL.items() if found.get(n) == kind}
    return REQUIRED | optional
