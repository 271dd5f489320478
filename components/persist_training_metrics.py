"""KFP component: the run's document as artifacts with lineage."""

from kfp import dsl
from kfp.dsl import HTML, Artifact, Input, Metrics, Model, Output

from components import images


@dsl.component(base_image=images.COMPONENTS, install_kfp_package=False)
def persist_training_metrics(
    model: Input[Model],
    journal: Input[Artifact],
    artifacts_uri: str,
    training_metrics: Output[Artifact],
    metrics: Output[Metrics],
    report: Output[HTML],
) -> None:
    """Makes an artifact, scalars and a report of `training_metrics.json`.

    Args:
        model: The trained model, for lineage.
        journal: Recovers the document where the store did not get it.
        artifacts_uri: The run's folder.
        training_metrics: Made here: the document, byte for byte.
        metrics: Made here: the finite final metrics.
        report: Made here: one self-contained page.
    """
    from components.persistence import persist

    persist(
        artifacts_uri=artifacts_uri,
        journal_path=journal.path,
        training_metrics=training_metrics,
        metrics=metrics,
        report=report,
    )
