"""Claims: the callbacks cost next to nothing, and evaluation is quick and exact.

Runs in `.venv-trainer`. What a step costs is measured by steps of all variants one
after the other on the same batch, each variant a model of its own; the baseline runs
twice, and the second against the first is the control. Ratios are of sums over all
steps, with an interval from resampling steps. What happens at an epoch's end is timed
by itself and spread over the epoch's steps.

    .venv-trainer/bin/python benchmarks/training.py --input online_retail.parquet
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from benchmarks.measuring import Measure, best_seconds, report  # noqa: E402
from trainer import environment  # noqa: E402

environment.prepare_tensorflow()

import tensorflow as tf  # noqa: E402
import tensorflow_recommenders as tfrs  # noqa: E402

from trainer import dataset, evaluation, features, vocabularies  # noqa: E402
from trainer.callbacks.diagnosis import DiagnosisCallback  # noqa: E402
from trainer.callbacks.gradients import GradientStatsCallback  # noqa: E402
from trainer.callbacks.metrics import MetricsCallback  # noqa: E402
from trainer.callbacks.timing import TimingCallback  # noqa: E402
from trainer.callbacks.weights import (  # noqa: E402
    WeightNormCallback,
    WeightStatsCallback,
)
from trainer.dataset import Split  # noqa: E402
from trainer.model import optimizers, two_tower  # noqa: E402
from trainer.parameters import K_COUNTS, Parameters  # noqa: E402
from trainer.prepare import options as prepare_options  # noqa: E402
from trainer.prepare.preparation import prepare  # noqa: E402
from trainer.vocabularies import Vocabularies  # noqa: E402
from training_metrics import MetricsCollector  # noqa: E402

WARM_UP_STEPS = 10
EPOCH_ENDS = 20
RESAMPLINGS = 1000
BASE, CONTROL = "no callbacks", "control: no callbacks again"
PLAIN, ALL = "all but gradient statistics", "all callbacks"
BARS = {PLAIN: "<= 1.01", ALL: "<= 1.02"}


@dataclass
class Data:
    """What the models train on and are evaluated on."""

    known: Vocabularies
    train: Split
    test: Split


@dataclass
class Variant:
    """A model with its callbacks, and what its steps took."""

    model: Any
    callbacks: Any
    step: Callable[[dict[str, Any]], Any]
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    epoch_end: float = 0.0


def main() -> None:
    """Runs all measures and prints them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--input", default="", help="transactions; none: generated")
    parser.add_argument("--steps", type=int, default=350, help="of each variant (350)")
    options = parser.parse_args()
    tf.get_logger().setLevel("ERROR")
    with tempfile.TemporaryDirectory() as folder:
        data = _data(options.input, Path(folder, "examples"))
    measures = [
        *callbacks(data, Parameters(), options.steps, "batch 2048, 32", BARS),
        *callbacks(
            data,
            Parameters(batch_size=256, embedding_dim=128),
            options.steps,
            "batch 256, 128",
            {},
        ),
        *evaluating(data),
    ]
    report(
        measures, ["tensorflow", "tf-keras", "tensorflow-recommenders"], options.json
    )


def _data(source: str, folder: Path) -> Data:
    prepare(source, {}, str(folder), seed=1, options=prepare_options.parse("{}"))
    known, length = vocabularies.load(folder), Parameters().history_length
    train, test = (
        dataset.read([f"{folder}/Split-{name}/*"], name, known, length)
        for name in ("train", "test")
    )
    return Data(known, train, test)


def callbacks(
    data: Data, parameters: Parameters, steps: int, name: str, bars: dict[str, str]
) -> list[Measure]:
    """What callbacks cost a step and an epoch, against none."""
    batches = _batches(data, parameters, steps + WARM_UP_STEPS)
    with tempfile.TemporaryDirectory() as folder:
        collectors = {
            kind: MetricsCollector(f"{folder}/{kind}") for kind in (PLAIN, ALL)
        }
        variants = {
            BASE: _variant(data, parameters, []),
            CONTROL: _variant(data, parameters, []),
            PLAIN: _variant(data, parameters, _plain(collectors[PLAIN])),
            ALL: _variant(
                data,
                parameters,
                [
                    *_plain(collectors[ALL]),
                    GradientStatsCallback(collectors[ALL]),
                    DiagnosisCallback(collectors[ALL]),
                ],
            ),
        }
        _interleave(list(variants.values()), batches)
        for collector in collectors.values():
            collector.close()
    in_epoch = dataset.steps_an_epoch(data.train, parameters.batch_size)
    base = variants[BASE]
    measures = [
        Measure(f"{name}: a step", 1e3 * float(np.mean(base.wall)), "ms", None, steps)
    ]
    for kind in (CONTROL, PLAIN, ALL):
        measures += _ratios(f"{name}: {kind}", base, variants[kind], in_epoch, bars)
    return measures


def _plain(collector: MetricsCollector) -> list[Any]:
    return [
        TimingCallback(collector),
        MetricsCallback(collector),
        WeightNormCallback(collector),
        WeightStatsCallback(collector),
    ]


def _batches(data: Data, parameters: Parameters, count: int) -> list[Any]:
    weighted = data.train.weighted(parameters.recency_half_life_days)
    served = dataset.epochs(weighted, parameters.batch_size, 1, first_epoch=0)
    # A short last batch would be another shape: of each variant, another trace.
    full = served.filter(
        lambda batch: tf.shape(batch[features.PRODUCT])[0] == parameters.batch_size
    )
    return list(full.take(count))


def _variant(data: Data, parameters: Parameters, listed: list[Any]) -> Variant:
    tf.keras.utils.set_random_seed(1)
    model = two_tower.build(data.known, parameters)
    model.compile(optimizer=optimizers.make(parameters))
    callback_list = tf.keras.callbacks.CallbackList(listed, model=model)
    step = tf.function(model.train_step, autograph=False)
    return Variant(model, callback_list, step)


def _interleave(variants: list[Variant], batches: list[Any]) -> None:
    """Every variant takes a step on a batch before any takes the next."""
    order = np.random.default_rng(1)
    for variant in variants:
        variant.callbacks.on_epoch_begin(0)
    for number, batch in enumerate(batches):
        for index in order.permutation(len(variants)):
            variant = variants[index]
            wall, cpu = time.perf_counter(), time.process_time()
            variant.callbacks.on_train_batch_begin(number)
            logs = variant.step(batch)
            logs = {name: value.numpy() for name, value in logs.items()}
            variant.callbacks.on_train_batch_end(number, logs)
            if number >= WARM_UP_STEPS:
                variant.wall.append(time.perf_counter() - wall)
                variant.cpu.append(time.process_time() - cpu)
    for variant in variants:
        times = []
        for epoch in range(EPOCH_ENDS):
            begin = time.perf_counter()
            variant.callbacks.on_epoch_end(epoch, {"loss": 1.0, "val_loss": 1.0})
            times.append(time.perf_counter() - begin)
        variant.epoch_end = float(np.median(times))


def _ratios(
    name: str, base: Variant, other: Variant, in_epoch: int, bars: dict[str, str]
) -> list[Measure]:
    """Ratios of wall and CPU time, the epoch's end spread over its steps."""
    extra = other.epoch_end / in_epoch
    bar = bars.get(name.partition(": ")[2])
    measures = []
    for clock in ("wall", "cpu"):
        ours, theirs = np.array(getattr(other, clock)), np.array(getattr(base, clock))
        low, high = _interval(ours + extra, theirs)
        value = float((ours + extra).sum() / theirs.sum())
        measures.append(Measure(f"{name}, {clock}", value, "x", bar, len(ours)))
        print(f"{name}, {clock}: {value:.4f} [{low:.4f}, {high:.4f}]", file=sys.stderr)
    if other.epoch_end > 1e-4:
        spent = 1e3 * other.epoch_end
        measures.append(Measure(f"{name}, an epoch's end", spent, "ms", None, 1))
    return measures


def _interval(ours: np.ndarray, theirs: np.ndarray) -> tuple[float, float]:
    """95 % interval of the ratio of sums, by resampling steps."""
    draw = np.random.default_rng(1)
    rows = draw.integers(0, len(ours), (RESAMPLINGS, len(ours)))
    ratios = ours[rows].sum(axis=1) / theirs[rows].sum(axis=1)
    low, high = np.percentile(ratios, [2.5, 97.5])
    return float(low), float(high)


def evaluating(data: Data) -> list[Measure]:
    """The whole test split against the whole catalogue, and TFRS doing the same."""
    parameters = Parameters(features=("country", "category"))  # a plain dot product
    model = two_tower.build(data.known, parameters)
    test = data.test.with_known_product()
    found: dict[str, dict[str, float]] = {}

    def ours() -> None:
        ranks = evaluation.retrieval_ranks(model, test)
        found["ours"] = evaluation.recall(ranks, K_COUNTS, len(data.known.products))

    def theirs() -> None:
        found["theirs"] = _factorized_top_k(model, test)

    own, other = best_seconds(ours, 3), best_seconds(theirs, 1)
    differences = [abs(found["ours"][k] - found["theirs"][k]) for k in found["ours"]]
    size = f"{len(test):,} x {len(data.known.products):,}"
    return [
        Measure(f"evaluation {size}", own, "s", None, 3),
        Measure("TFRS's FactorizedTopK", other, "s", None, 1),
        Measure("evaluation faster than TFRS's", other / own, "x", ">= 5", 1),
        Measure("largest difference of a recall", max(differences), "", "<= 0.001", 1),
    ]


def _factorized_top_k(model: two_tower.TwoTowerModel, test: Split) -> dict[str, float]:
    catalogue = model.catalogue()[:, :-1]
    numbers = tf.data.Dataset.range(1, len(catalogue) + 1)
    pairs = tf.data.Dataset.zip(
        (numbers, tf.data.Dataset.from_tensor_slices(catalogue))
    )
    metric = tfrs.metrics.FactorizedTopK(candidates=pairs.batch(4096), ks=K_COUNTS)
    for batch in test.batches(evaluation.BATCH):
        inputs = {name: tf.constant(array) for name, array in batch.items()}
        products = tf.cast(inputs[features.PRODUCT], tf.int64)
        queries = model.query_tower(inputs)[:, :-1]
        true = tf.gather(catalogue, products - 1)
        metric.update_state(queries, true, true_candidate_ids=products)
    shares = [float(result) for result in metric.result()]
    return {f"recall_at_{k}": v for k, v in zip(K_COUNTS, shares, strict=True)}


if __name__ == "__main__":
    main()
