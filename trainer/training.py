"""One training run, from examples to a SavedModel and a document.

1. Reads the splits as integers.
2. Fits the model, from where an earlier attempt stopped; the callbacks record every
   epoch.
3. Ranks the whole test split against the whole catalogue.
4. Exports the SavedModel and saves the document.

Any failure after the collector is open leaves a document that says so.
"""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from trainer import (
    checkpoint,
    dataset,
    environment,
    evaluation,
    facts,
    features,
    interruption,
    progress,
    serving,
)
from trainer import vocabularies as vocabulary_files
from trainer.callbacks.best import BestWeightsCallback
from trainer.callbacks.checkpoint import CheckpointCallback, restore_model
from trainer.callbacks.diagnosis import DiagnosisCallback
from trainer.callbacks.gradients import GradientStatsCallback
from trainer.callbacks.metrics import MetricsCallback
from trainer.callbacks.progress import ProgressCallback
from trainer.callbacks.timing import TimingCallback
from trainer.callbacks.validation import ValidationRecallCallback
from trainer.callbacks.weights import WeightNormCallback, WeightStatsCallback
from trainer.checkpoint import Checkpoint
from trainer.checkpoint_writer import CheckpointWriter
from trainer.dataset import Arrays, Split
from trainer.job import Job
from trainer.model import optimizers, retrieval
from trainer.parameters import K_COUNTS, Parameters
from trainer.vocabularies import Vocabularies
from training_metrics import MetricsCollector

MEAN_OVER_EXAMPLES = "mean over examples of the epoch"


@dataclass(frozen=True)
class Data:
    """What a run reads."""

    vocabularies: Vocabularies
    train: Split
    eval: Split
    test: Split

    @property
    def candidates(self) -> int:
        """Number of products in the catalogue."""
        return len(self.vocabularies.products)


@dataclass(frozen=True)
class Recording:
    """Where a run's numbers and its state go while it trains."""

    collector: MetricsCollector
    writer: CheckpointWriter
    fingerprint: str


def train(job: Job) -> None:
    """Runs the job; see the module's docstring.

    Raises:
      TrainerError: The data or the parameters cannot be used.
      Interrupted: A signal arrived; the document says `interrupted`.
    """
    run = facts.of_job(job)
    earlier = checkpoint.find(job)
    uri, generation = checkpoint.uri_in(job.config.artifacts), 0
    journal = b""
    if earlier is not None:
        generation, journal = earlier.generation, earlier.journal
    with (
        CheckpointWriter(uri, environment.checkpoint_seconds(), generation) as writer,
        MetricsCollector(
            job.config.artifacts, run=run, journal=job.config.journal, earlier=journal
        ) as collector,
    ):
        collector.log_params(job.parameters.model_dump(mode="json"))
        _train(job, Recording(collector, writer, checkpoint.fingerprint(job)), earlier)


def _train(job: Job, recording: Recording, earlier: Checkpoint | None) -> None:
    data, collector = _read(job), recording.collector
    tf.keras.utils.set_random_seed(job.parameters.seed)
    model = retrieval.build(data.vocabularies, job.parameters)
    model.compile(optimizer=optimizers.make(job.parameters))
    _fit(model, data, job.parameters, recording, earlier)
    _evaluate(model, data, job.parameters, collector)
    recommender = serving.Recommender(model, data.vocabularies, job.parameters)
    serving.export(recommender, job.model_dir)


def _read(job: Job) -> Data:
    progress.report("train", "start", message="reading examples")
    known = vocabulary_files.load(job.examples)
    length = job.parameters.history_length
    return Data(
        known,
        *(
            dataset.read(files, name, known, length)
            for name, files in (
                ("train", job.train_files),
                ("eval", job.eval_files),
                ("test", job.test_files),
            )
        ),
    )


def _fit(
    model: retrieval.RetrievalModel,
    data: Data,
    parameters: Parameters,
    recording: Recording,
    earlier: Checkpoint | None,
) -> None:
    batch, seed = parameters.batch_size, parameters.seed
    weighted = data.train.weighted(parameters.recency_half_life_days)
    known = data.eval.with_known_product()
    callbacks = _callbacks(data, parameters, recording, earlier)
    done, last = 0, {}
    if earlier is not None:
        done, last = earlier.epochs, earlier.facts["logs"]
        _build(model, weighted.take(np.arange(1)).arrays)
        restore_model(model, earlier)
        message = f"going on after epoch {done} of {parameters.epochs}"
        progress.report("train", "progress", message=message)
    history = model.fit(
        dataset.epochs(weighted, batch, seed, first_epoch=done),
        initial_epoch=done,
        epochs=parameters.epochs,
        steps_per_epoch=dataset.steps_an_epoch(data.train, batch),
        validation_data=dataset.fixed(known, batch, seed) if len(known) else None,
        callbacks=callbacks,
        verbose=0,
    )
    last |= {name: values[-1] for name, values in history.history.items()}
    for name in ("loss", "val_loss"):
        if name in last:
            recording.collector.log_metric(f"final_{name}", last[name])


def _build(model: retrieval.RetrievalModel, arrays: Arrays) -> None:
    """Makes the model's variables, which its first batch would make."""
    model.compute_loss({name: tf.constant(array) for name, array in arrays.items()})


def _callbacks(
    data: Data,
    parameters: Parameters,
    recording: Recording,
    earlier: Checkpoint | None,
) -> list[tf.keras.callbacks.Callback]:
    collector = recording.collector
    sample = data.eval.sample(parameters.validation_examples, parameters.seed)
    recall = ValidationRecallCallback(sample, data.candidates)
    best = f"val_recall_at_{max(k for k in K_COUNTS if k < data.candidates)}"
    diagnosis = DiagnosisCallback(collector, metric=best)
    callbacks = [
        TimingCallback(collector),
        recall,
        MetricsCallback(collector, {"loss": MEAN_OVER_EXAMPLES, **recall.reductions()}),
        WeightNormCallback(collector),
        WeightStatsCallback(collector),
        GradientStatsCallback(collector),
        diagnosis,
        ProgressCallback(parameters.epochs),
    ]
    keeper = None
    if parameters.restore_best_epoch:
        keeper = BestWeightsCallback(collector, best)
        callbacks.append(keeper)
    checkpoints = CheckpointCallback(
        recording.writer, collector, recording.fingerprint, diagnosis, keeper
    )
    if earlier is not None:
        checkpoints.restore(earlier)
    callbacks.append(checkpoints)
    stop = tf.keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: interruption.check()
    )
    return [*callbacks, stop]


def _evaluate(
    model: retrieval.RetrievalModel,
    data: Data,
    parameters: Parameters,
    collector: MetricsCollector,
) -> None:
    """Test loss and recall beside popularity's, on the same examples."""
    test, candidates = data.test, data.candidates
    progress.report("evaluate", "start", message=f"{len(test):,} test examples")
    ranks = evaluation.retrieval_ranks(model, test)
    popular = evaluation.popularity_ranks(test, data.vocabularies.product_counts)
    final = evaluation.named("test_", evaluation.recall(ranks, K_COUNTS, candidates))
    baseline = evaluation.recall(popular, K_COUNTS, candidates)
    final |= evaluation.named("test_popularity_", baseline)
    buyers = test.arrays[features.BUYER]
    for prefix, rank in (("test_user_", ranks), ("test_user_popularity_", popular)):
        by_user = evaluation.user_recall(rank, buyers, K_COUNTS, candidates)
        final |= evaluation.named(prefix, by_user)
    known = test.with_known_product()
    if len(known):
        batches = dataset.fixed(known, parameters.batch_size, parameters.seed)
        final["test_loss"] = model.evaluate(batches, verbose=0)
    collector.log_metrics(final)
    collector.record_run(
        {"evaluation": evaluation.protocol(test, candidates, K_COUNTS)}
    )
    shown = {
        name: value
        for name, value in final.items()
        if name.endswith("_100") and "user" not in name
    }
    progress.report("evaluate", "done", metrics=shown)
