"""Telling Django of a run's document, by the steps that have one."""

from typing import Any

from components import credentials, environment, progress
from components.delivery import Delivery, deliver
from training_metrics.document import Status
from training_metrics.notification import Notification


def notify(
    *,
    artifacts_uri: str,
    metadata: dict[str, Any],
    django_url: str,
    quick_test_id: int,
) -> bool:
    """Tells Django of the persisted document; says what became of it.

    Args:
        artifacts_uri: The run's folder.
        metadata: Of the `training_metrics` artifact.
        django_url: The app's address with its prefix; "" notifies nobody.
        quick_test_id: The run's id in Django.
    """
    if not django_url:
        return False
    progress.report("notify", "start")
    delivery = tell_django(
        artifacts_uri,
        django_url,
        quick_test_id,
        generation=int(metadata["generation"]),
        sha256=str(metadata["sha256"]),
        status=metadata["status"],
    )
    progress.report("notify", "done", "" if delivery.delivered else delivery.message)
    return delivery.delivered


def tell_django(
    artifacts_uri: str,
    django_url: str,
    quick_test_id: int,
    *,
    generation: int,
    sha256: str,
    status: Status,
) -> Delivery:
    """Sends the notification with the credential that this step has, and prints."""
    notification = Notification(
        quick_test_id=quick_test_id,
        artifacts_uri=artifacts_uri,
        generation=generation,
        sha256=sha256,
        status=status,
    )
    try:
        credential = credentials.find(environment.oidc_audience() or django_url)
    except credentials.NoCredential as error:
        delivery = Delivery(False, 0, f"not sent: {error}")
    else:
        delivery = deliver(notification, django_url, credential)
    print(f"notification {delivery.message}")
    return delivery
