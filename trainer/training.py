"""One training run, from examples to a SavedModel and a document.

1. Reads the splits as integers.
2. Fits the model, from where an earlier attempt stopped; the callbacks record every
   epoch.
3. Judges the model on the whole test split.
4. Exports the SavedModel and saves the document.

Any failure after the collector is open leaves a document that says so.
"""

from dataclasses import dataclass, replace

import tensorflow as tf

from trainer import (
    checkpoint,
    dataset,
    environment,
    facts,
    final_metrics,
    interruption,
    progress,
    run_data,
    serving,
    strategies,
    warm_start,
)
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
from trainer.job import Job, address
from trainer.model import optimizers, two_tower
from trainer.model.two_tower import TwoTowerModel
from trainer.parameters import K_COUNTS, Parameters
from trainer.run_data import Data
from training_metrics import MetricsCollector

MEAN_OVER_EXAMPLES = "mean over examples of the epoch"


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
    strategy = strategies.choose()  # before TensorFlow does anything else
    earlier = checkpoint.find(job)
    with strategies.own_places(job) as own:
        if own is not job and earlier is not None:
            earlier = replace(earlier, generation=0)
        _record(own, strategy, earlier)


def _record(
    job: Job, strategy: tf.distribute.Strategy, earlier: Checkpoint | None
) -> None:
    run = facts.of_job(job)
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
        collector.log_params(job.parameters.used())
        recording = Recording(collector, writer, checkpoint.fingerprint(job))
        _train(job, strategy, recording, earlier)


def _train(
    job: Job,
    strategy: tf.distribute.Strategy,
    recording: Recording,
    earlier: Checkpoint | None,
) -> None:
    data, collector = run_data.read(job), recording.collector
    tf.keras.utils.set_random_seed(job.parameters.seed)
    with strategy.scope():
        model = two_tower.build(data.vocabularies, job.parameters, data.label)
        model.compile(optimizer=optimizers.make(job.parameters))
        model.make_variables(data.train.first())
        if job.base_model is not None:
            taken = warm_start.start(model, data.vocabularies, job.base_model)
            collector.record_run({"warm_start": taken})
        if earlier is not None:
            restore_model(model, earlier)
    _fit(model, data, job.parameters, recording, earlier)
    final_metrics.log(
        model, data.test, data.vocabularies, data.label, job.parameters, collector
    )
    if not job.is_prepared:
        collector.record_run({"evaluation": {"split": "as the examples came"}})
    servable = serving.Servable(model, data.vocabularies, data.label, job.parameters)
    if facts_of_index := servable.index_facts():
        collector.record_run({"index": facts_of_index})
        message = f"exporting; served by {facts_of_index['kind']}"
        progress.report("train", "progress", message=message)
    weights = warm_start.to_bytes(model, data.vocabularies)
    serving.export(servable, job.model_dir, {warm_start.FILE_NAME: weights})
    collector.record_run({"model": address(job.model_dir)})


def _fit(
    model: TwoTowerModel,
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


def _best_metric(data: Data, parameters: Parameters) -> str:
    """What tells the best epoch: recall where the model retrieves."""
    if parameters.retrieves:
        return f"val_recall_at_{max(k for k in K_COUNTS if k < data.candidates)}"
    assert data.label is not None, "a ranking task has a label"
    return "val_auc_roc" if data.label.is_binary else "val_rmse"


def _callbacks(
    data: Data,
    parameters: Parameters,
    recording: Recording,
    earlier: Checkpoint | None,
) -> list[tf.keras.callbacks.Callback]:
    collector = recording.collector
    best = _best_metric(data, parameters)
    diagnosis = DiagnosisCallback(collector, metric=best)
    callbacks = [TimingCallback(collector)]
    reductions = {"loss": MEAN_OVER_EXAMPLES}
    if parameters.retrieves:
        sample = data.eval.sample(parameters.validation_examples, parameters.seed)
        recall = ValidationRecallCallback(sample, data.candidates)
        reductions |= recall.reductions()
        callbacks.append(recall)
    callbacks += [
        MetricsCallback(collector, reductions),
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
