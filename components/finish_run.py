"""KFP component for the exit handler: whatever happened, what exists is kept."""

from kfp import dsl
from kfp.dsl import HTML, Artifact, Metrics, Output, PipelineTaskFinalStatus

from components import images


@dsl.component(base_image=images.COMPONENTS, install_kfp_package=False)
def finish_run(
    status: PipelineTaskFinalStatus,
    artifacts_uri: str,
    django_url: str,
    quick_test_id: int,
    training_metrics: Output[Artifact],
    metrics: Output[Metrics],
    report: Output[HTML],
) -> None:
    """On failure persists what was trained and tells Django; on success confirms.

    Args:
        status: How the run ended, filled in by KFP.
        artifacts_uri: The run's folder.
        django_url: The app's address with its prefix; "" notifies nobody.
        quick_test_id: The run's id in Django.
        training_metrics: On failure, made here: the document, byte for byte.
        metrics: On failure, made here: the finite final metrics.
        report: On failure, made here: one self-contained page.
    """
    if status.state == "SUCCEEDED":
        print(f"{artifacts_uri}: the run succeeded, nothing to keep")
        return
    from components.finishing import keep_what_exists

    keep_what_exists(
        failure_message=status.error_message or "",
        artifacts_uri=artifacts_uri,
        django_url=django_url,
        quick_test_id=quick_test_id,
        training_metrics=training_metrics,
        metrics=metrics,
        report=report,
    )
