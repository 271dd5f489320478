"""One training run, from examples to a SavedModel and a document.

1. Reads the splits as integers.
2. Fits the model; the callbacks record every epoch.
3. Ranks the whole test split against the whole catalogue.
4. Exports the SavedModel and saves the document.

Any failure after the collector is open leaves a document that says so.
"""

from dataclasses import dataclass

import tensorflow as tf

from trainer import dataset, evaluation, facts, interruption, progress, serving
from trainer import vocabularies as vocabulary_files
from trainer.callbacks.best import BestWeightsCallback
from trainer.callbacks.diagnosis import DiagnosisCallback
from trainer.callbacks.gradients import GradientStatsCallback
from trainer.callbacks.metrics import MetricsCallback
from trainer.callbacks.progress import ProgressCallback
from trainer.callbacks.timing import TimingCallback
from trainer.callbacks.validation import ValidationRecallCallback
from trainer.callbacks.weights import WeightNormCallback, WeightStatsCallback
from trainer.dataset import Split
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


def train(job: Job) -> None:
    """Runs the job; see the module's docstring.

    Raises:
      TrainerError: The data or the parameters cannot be used.
      Interrupted: A signal arrived; the document says `interrupted`.
    """
    run = facts.of_job(job)
    with MetricsCollector(
        job.config.artifacts, run=run, journal=job.config.journal
    ) as collector:
        collector.log_params(job.parameters.model_dump(mode="json"))
        _train(job, collector)


def _train(job: Job, collector: MetricsCollector) -> None:
    data = _read(job)
    tf.keras.utils.set_random_seed(job.parameters.seed)
    model = retrieval.build(data.vocabularies, job.parameters)
    model.compile(optimizer=optimizers.make(job.parameters))
    _fit(model, data, job.parameters, collector)
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
    collector: MetricsCollector,
) -> None:
    batch, seed = parameters.batch_size, parameters.seed
    weighted = data.train.weighted(parameters.recency_half_life_days)
    known = data.eval.with_known_product()
    history = model.fit(
        dataset.epochs(weighted, batch, seed, first_epoch=0),
        epochs=parameters.epochs,
        steps_per_epoch=dataset.steps_an_epoch(data.train, batch),
        validation_data=dataset.fixed(known, batch, seed) if len(known) else None,
        callbacks=_callbacks(data, parameters, collector),
        verbose=0,
    )
    for name in ("loss", "val_loss"):
        if name in history.history:
            collector.log_metric(f"final_{name}", history.history[name][-1])


def _callbacks(
    data: Data, parameters: Parameters, collector: MetricsCollector
) -> list[tf.keras.callbacks.Callback]:
    sample = data.eval.sample(parameters.validation_examples, parameters.seed)
    recall = ValidationRecallCallback(sample, data.candidates)
    best = f"val_recall_at_{max(k for k in K_COUNTS if k < data.candidates)}"
    callbacks = [
        TimingCallback(collector),
        recall,
        MetricsCallback(collector, {"loss": MEAN_OVER_EXAMPLES, **recall.reductions()}),
        WeightNormCallback(collector),
        WeightStatsCallback(collector),
        GradientStatsCallback(collector),
        DiagnosisCallback(collector, metric=best),
        ProgressCallback(parameters.epochs),
    ]
    if parameters.restore_best_epoch:
        callbacks.append(BestWeightsCallback(collector, best))
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
    known = test.with_known_product()
    if len(known):
        batches = dataset.fixed(known, parameters.batch_size, parameters.seed)
        final["test_loss"] = model.evaluate(batches, verbose=0)
    collector.log_metrics(final)
    collector.record_run(
        {"evaluation": evaluation.protocol(test, candidates, K_COUNTS)}
    )
    shown = {k: v for k, v in final.items() if k.endswith("_100")}
    progress.report("evaluate", "done", metrics=shown)
