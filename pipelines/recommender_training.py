"""The training pipeline: one object for the laptop, a KFP cluster and Vertex AI."""

from kfp import dsl

from components.finish_run import finish_run
from components.notify_django import notify_django
from components.persist_training_metrics import persist_training_metrics
from components.prepare_interactions import prepare_interactions
from components.train_two_tower import train_two_tower

TRAIN_RETRIES = 2
"""Tries after the first; each goes on from the last one's checkpoint."""


@dsl.pipeline(
    name="recommender-training",
    description="Prepares B2B transactions, trains a two-tower retrieval model with "
    "TFX's Trainer, and hands its training metrics to Django.",
)
def recommender_training(
    quick_test_id: int,
    artifacts_uri: str,
    django_url: str = "",
    input_path: str = "",
    columns: str = "",
    epochs: int = 10,
    batch_size: int = 2048,
    learning_rate: float = 0.1,
    embedding_dim: int = 32,
    optimizer: str = "adagrad",
    seed: int = 1,
    data_options: str = "{}",
    beam_pipeline_args: str = "[]",
    options: str = "{}",
) -> None:
    """Trains one recommender and keeps its metrics, also when a step fails.

    1. `prepare_interactions` splits the transactions by time.
    2. `train_two_tower` runs TFX's Trainer and writes the document; killed or
       preempted it is tried again and goes on from its checkpoint.
    3. `persist_training_metrics` makes artifacts of the document.
    4. `notify_django` tells Django, which reads and caches it.
    5. `finish_run`, on any exit, keeps what exists and tells Django of a failure.

    Args:
        quick_test_id: The run's id in Django.
        artifacts_uri: The run's folder, `gs://bucket/quick_tests/{id}` or local; the
            place of the document is fixed before any step starts.
        django_url: The Django app's address with its prefix; "" notifies nobody.
        input_path: CSV or Parquet files of transactions, a path or a pattern with
            `*`, local or `gs://`; `bigquery:` and a query, whose lines are taken; ""
            generates them.
        columns: JSON object from role to column; "" recognises them.
        epochs: Passes over the training split.
        batch_size: Examples a step.
        learning_rate: Of the optimizer.
        embedding_dim: Length of a tower's output vector.
        optimizer: `adagrad`, `adam` or `sgd`.
        seed: Of generator, weights and shuffling.
        data_options: JSON object with any further option of the preparation.
        beam_pipeline_args: JSON array of options of Beam; with
            `--runner=DataflowRunner` the data are prepared by Dataflow.
        options: JSON object with any further parameter of the trainer.
    """
    finish = finish_run(
        artifacts_uri=artifacts_uri,
        django_url=django_url,
        quick_test_id=quick_test_id,
    ).set_display_name("Keep what exists")
    finish.set_caching_options(False)
    with dsl.ExitHandler(finish, name="Training"):
        prepared = prepare_interactions(
            input_path=input_path,
            columns=columns,
            seed=seed,
            options=data_options,
            beam_pipeline_args=beam_pipeline_args,
        ).set_display_name("Prepare data")
        prepared.set_caching_options(False)
        trained = train_two_tower(
            dataset=prepared.outputs["dataset"],
            artifacts_uri=artifacts_uri,
            quick_test_id=quick_test_id,
            pipeline_job=dsl.PIPELINE_JOB_NAME_PLACEHOLDER,
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=learning_rate,
            embedding_dim=embedding_dim,
            optimizer=optimizer,
            seed=seed,
            options=options,
        ).set_display_name("Train two-tower model")
        trained.set_caching_options(False)
        trained.set_retry(num_retries=TRAIN_RETRIES, backoff_duration="0s")
        persisted = persist_training_metrics(
            model=trained.outputs["model"],
            journal=trained.outputs["journal"],
            artifacts_uri=artifacts_uri,
        ).set_display_name("Persist training metrics")
        persisted.set_caching_options(False)
        notify_django(
            training_metrics=persisted.outputs["training_metrics"],
            artifacts_uri=artifacts_uri,
            django_url=django_url,
            quick_test_id=quick_test_id,
        ).set_display_name("Notify Django").set_caching_options(False)
