"""Claim: ScaNN finds what all products' scores do, sooner from 10,000 products on.

Runs in `.venv-trainer` with ScaNN on the path. Trains one model on the input, or on
lines drawn for a catalogue of any size, and asks both kinds of index, as they are
served, for buyers' best 100 products.

    python3 requirements/install.py scann
    export PYTHONPATH=$(echo .tools/scann/lib/*/site-packages)
    .venv-trainer/bin/python benchmarks/index.py --input online_retail.parquet
    .venv-trainer/bin/python benchmarks/index.py --products 240000
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from benchmarks.measuring import Measure, report  # noqa: E402
from trainer import environment  # noqa: E402

environment.prepare_tensorflow()

import numpy as np  # noqa: E402
import pyarrow as pa  # noqa: E402
import pyarrow.parquet  # noqa: E402
import tensorflow as tf  # noqa: E402

from trainer import dataset, index, serving, vocabularies  # noqa: E402
from trainer.model import optimizers, two_tower  # noqa: E402
from trainer.parameters import Parameters  # noqa: E402
from trainer.prepare import options as prepare_options  # noqa: E402
from trainer.prepare.preparation import prepare  # noqa: E402

BATCHES = (1, 32, 256)
REPEATS = 15
ASKED = 1024
BUYERS, GROUPS = 20_000, 200
LINES_A_PRODUCT = 5


def main() -> None:
    """Prepares, trains and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--input", default="", help="transactions; drawn if none")
    parser.add_argument("--products", type=int, default=20_000, help="that are drawn")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lines, examples = chosen.input, Path(folder, "examples")
        if not lines:
            lines = str(Path(folder, "lines.parquet"))
            pa.parquet.write_table(drawn(chosen.products), lines)
        prepare(lines, {}, str(examples), 1, prepare_options.parse("{}"))
        measures = measured(examples, chosen.epochs)
    report(measures, ["tensorflow", "scann"], chosen.json)


def drawn(products: int) -> pa.Table:
    """Lines drawn all at once, where the trainer's generator draws order by order.

    Buyers and products belong to groups; seven lines of ten are of the buyer's own.
    """
    rng = np.random.default_rng(1)
    lines = LINES_A_PRODUCT * products
    buyer = (BUYERS * rng.random(lines) ** 1.5).astype(np.int64)
    is_own = rng.random(lines) < 0.7
    group = np.where(is_own, buyer % GROUPS, rng.integers(GROUPS, size=lines))
    place = (products // GROUPS * rng.random(lines) ** 2).astype(np.int64)
    product = place * GROUPS + group
    seconds = 1_700_000_000 + rng.integers(365 * 86_400, size=lines)
    price = np.round(rng.lognormal(1.0, 0.8, products + GROUPS), 2).clip(0.1)
    return pa.table(
        {
            "buyer": np.char.add("B", buyer.astype(str)),
            "product": np.char.add("P", product.astype(str)),
            "time": pa.array(seconds, pa.timestamp("s")),
            "category": np.char.add("C", group.astype(str)),
            "price": price[product],
        }
    )


def measured(examples: Path, epochs: int) -> list[Measure]:
    """Trains a model; recall of ScaNN's answers, and both kinds' times."""
    parameters, known = Parameters(), vocabularies.load(examples)
    model = _trained(examples, known, parameters, epochs)
    buyers = serving.Buyers(model, known, parameters)
    k, length = parameters.top_k, parameters.history_length
    start = time.perf_counter()
    scann = index.Scann(model, model.catalogue(), k, length)
    built = time.perf_counter() - start
    brute_force = index.BruteForce(model, model.catalogue(), k)
    size = f"{len(known.products):,} products"
    found = _recall(brute_force, scann, buyers, known.buyer_names[:ASKED])
    measures = [
        Measure(f"{size}: recall of the best {k}", 100 * found, "%", None, 1),
        Measure(f"{size}: making the index", built, "s", None, 1),
    ]
    for batch in BATCHES:
        inputs = buyers.look_up(tf.constant(known.buyer_names[:batch]))
        for kind, asked in (("brute force", brute_force), ("ScaNN", scann)):
            name = f"{size}: {batch} queries by {kind}"
            value = 1000 * _seconds(asked, inputs)
            measures.append(Measure(name, value, "ms", None, REPEATS))
    return measures


def _trained(examples: Path, known: Any, parameters: Parameters, epochs: int) -> Any:
    files = [f"{examples}/Split-train/*"]
    train = dataset.read(files, "train", known, parameters.history_length)
    model = two_tower.build(known, parameters)
    model.compile(optimizer=optimizers.make(parameters))
    model.make_variables(train.first())
    weighted = train.weighted(parameters.recency_half_life_days)
    model.fit(
        dataset.epochs(weighted, parameters.batch_size, parameters.seed, 0),
        epochs=epochs,
        steps_per_epoch=dataset.steps_an_epoch(train, parameters.batch_size),
        verbose=0,
    )
    return model


def _recall(exact: Any, approximate: Any, buyers: Any, names: list[str]) -> float:
    """Share of the exact answers that are among the others, mean over buyers."""
    shares = []
    for begin in range(0, len(names), BATCHES[-1]):
        inputs = buyers.look_up(tf.constant(names[begin : begin + BATCHES[-1]]))
        answers = zip(exact.best(inputs)[1], approximate.best(inputs)[1], strict=True)
        shares += [np.isin(one, other).mean() for one, other in answers]
    return float(np.mean(shares))


def _seconds(asked: Any, inputs: Any) -> float:
    """Median time of an answer, after two that are not counted."""
    best = tf.function(asked.best, autograph=False)
    times = []
    for _ in range(REPEATS + 2):
        start = time.perf_counter()
        best(inputs)[0].numpy()
        times.append(time.perf_counter() - start)
    return median(times[2:])


if __name__ == "__main__":
    main()
