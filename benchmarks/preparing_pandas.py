"""What `trainer.prepare` does to Online Retail, as one would write it with pandas.

    .venv-trainer/bin/python benchmarks/preparing_pandas.py online_retail.parquet FOLDER

The measure that `preparing.py` holds Beam against: same lines kept, same split, same
histories, same features in gzipped TFRecords, same tables of buyers and products.
Prints the number of examples of each split.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import tensorflow as tf

LENGTH, FRACTIONS = 50, (0.8, 0.9)
FEATURES = ("buyer", "product", "description", "country", "at", "quantity", "price")


def main(source: str, folder: Path) -> None:
    """Prepares the folder."""
    lines = cleaned(pd.read_parquet(source))
    lines["split"] = split(lines["at"])
    lines = lines.sort_values(["buyer", "at", "product"], kind="stable")
    lines["history"] = histories(lines)
    folder.mkdir(parents=True)
    train = lines[lines["split"] == 0]
    for key in ("buyer", "product"):
        counts = train.groupby(key).agg({"at": ["count", "min", "max"]})
        counts.columns = ["count", "first", "last"]
        counts.sort_values("count", ascending=False).to_parquet(
            folder / f"{key}s.parquet"
        )
    told = {}
    for number, name in enumerate(("train", "eval", "test")):
        rows = lines[lines["split"] == number].sample(frac=1, random_state=1)
        write(folder / f"{name}.gz", rows)
        told[name] = len(rows)
    print(json.dumps(told))


def cleaned(raw: pd.DataFrame) -> pd.DataFrame:
    """Purchases only, with the names that training knows."""
    code = raw["StockCode"].astype(str).str.strip().str.upper()
    kept = (
        ~raw["InvoiceNo"].astype(str).str.startswith("C")
        & raw["CustomerID"].notna()
        & code.str.match(r"^[0-9]{5}")
        & (raw["Quantity"] > 0)
        & (raw["UnitPrice"] > 0)
    )
    raw = raw[kept]
    seconds = pd.to_datetime(raw["InvoiceDate"]).astype("datetime64[s]")
    return pd.DataFrame(
        {
            "buyer": raw["CustomerID"].astype("int64").astype(str),
            "product": code[kept],
            "description": raw["Description"].fillna("").astype(str).str.strip(),
            "country": raw["Country"].astype(str).str.strip(),
            "at": seconds.astype(int),
            "quantity": raw["Quantity"].astype(float),
            "price": raw["UnitPrice"].astype(float),
        }
    )


def split(at: pd.Series) -> pd.Series:
    """0, 1 or 2: train, eval, test, so that no second is in two of them."""
    ordered = at.sort_values(ignore_index=True)
    cuts = [ordered[int(len(ordered) * fraction)] for fraction in FRACTIONS]
    return (at >= cuts[0]).astype(int) + (at >= cuts[1]).astype(int)


def histories(lines: pd.DataFrame) -> list[list[str]]:
    """Each line's latest distinct products before its second."""
    found: list[list[str]] = []
    for _, bought in lines.groupby("buyer", sort=False):
        recent: dict[str, None] = {}
        for _, together in bought.groupby("at", sort=False):
            found += [list(recent)[: -LENGTH - 1 : -1]] * len(together)
            for product in together["product"]:
                recent.pop(product, None)
                recent[product] = None
    return found


def write(path: Path, rows: pd.DataFrame) -> None:
    """One tf.train.Example a row."""
    with tf.io.TFRecordWriter(str(path), options="GZIP") as out:
        for row in rows.to_dict("records"):
            out.write(example(row).SerializeToString())


def example(row: dict[str, Any]) -> tf.train.Example:
    """Text as bytes, whole numbers as int64, others as float."""
    features = {"history": _bytes(row["history"])}
    for name in FEATURES:
        value = row[name]
        if isinstance(value, str):
            features[name] = _bytes([value])
        elif isinstance(value, float):
            kept = tf.train.FloatList(value=[value])
            features[name] = tf.train.Feature(float_list=kept)
        else:
            whole = tf.train.Int64List(value=[int(value)])
            features[name] = tf.train.Feature(int64_list=whole)
    return tf.train.Example(features=tf.train.Features(feature=features))


def _bytes(values: list[str]) -> tf.train.Feature:
    encoded = [value.encode() for value in values]
    return tf.train.Feature(bytes_list=tf.train.BytesList(value=encoded))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
