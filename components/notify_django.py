"""KFP component: tells Django that the run's document is there."""

from kfp import dsl
from kfp.dsl import Artifact, Input

from components import images


@dsl.component(base_image=images.COMPONENTS, install_kfp_package=False)
def notify_django(
    training_metrics: Input[Artifact],
    artifacts_uri: str,
    django_url: str,
    quick_test_id: int,
) -> bool:
    """Sends the signed notification; a lost one is said and fails nothing.

    Args:
        training_metrics: The document as `persist_training_metrics` made it.
        artifacts_uri: The run's folder, which Django reads itself.
        django_url: The app's address with its prefix, `https://host/experiments`;
            "" notifies nobody.
        quick_test_id: The run's id in Django.

    Returns:
        Whether Django confirmed.
    """
    from components.telling import notify

    return notify(
        artifacts_uri=artifacts_uri,
        metadata=training_metrics.metadata,
        django_url=django_url,
        quick_test_id=quick_test_id,
    )
