"""KFP component: TFX's Trainer on the two-tower model, supervised."""

from kfp import dsl
from kfp.dsl import Artifact, Dataset, Input, Model, Output

from components import images


@dsl.component(base_image=images.TRAINER, install_kfp_package=False)
def train_two_tower(
    dataset: Input[Dataset],
    artifacts_uri: str,
    model: Output[Model],
    journal: Output[Artifact],
    quick_test_id: int = 0,
    pipeline_job: str = "",
    epochs: int = 10,
    batch_size: int = 2048,
    learning_rate: float = 0.1,
    embedding_dim: int = 32,
    optimizer: str = "adagrad",
    seed: int = 1,
    options: str = "{}",
) -> None:
    """Trains in a child process and keeps its history whatever becomes of it.

    Args:
        dataset: As `prepare_interactions` makes it.
        artifacts_uri: The run's folder; its document is `training_metrics.json` there.
        model: Made here: the SavedModel under `Format-Serving`.
        journal: Made here: one checksummed line per epoch.
        quick_test_id: The run's id in Django; 0, the default, when it has none.
        pipeline_job: Name of the pipeline's job, by which a repeated try of this step
            knows the earlier one; "" by default.
        epochs: Passes over the training split, 10 by default.
        batch_size: Examples a step, 2048 by default.
        learning_rate: Of the optimizer, a step's factor without unit, 0.1 by default.
        embedding_dim: Numbers in a tower's output vector, 32 by default.
        optimizer: `adagrad`, the default, `adam` or `sgd`.
        seed: Of weights and shuffling, 1 by default.
        options: JSON object with any further parameter of the trainer; `{}` by
            default.
    """
    from components.training import supervise_training

    supervise_training(
        dataset=dataset,
        model=model,
        journal=journal,
        artifacts_uri=artifacts_uri,
        quick_test_id=quick_test_id,
        pipeline_job=pipeline_job,
        options=options,
        parameters={
            "epochs": epochs,
            "batch_size": batch_size,
            "learning_rate": learning_rate,
            "embedding_dim": embedding_dim,
            "optimizer": optimizer,
            "seed": seed,
        },
    )
