"""What of the bucket the inventory knows: the places of archived runs' artifacts."""

from ml_platform.mlflow_exit.models import ArchivedRun

_PROXIED = "mlflow-artifacts:/"


def known_prefixes(bucket: str) -> list[str]:
    """Returns prefixes of object names, each with its final `/`.

    A server that hands artifacts on itself stores `mlflow-artifacts:/…` below the
    bucket's root, unless it was started with another destination.
    """
    found = set()
    for columns in ArchivedRun.objects.values_list("columns", flat=True):
        uri = str(columns.get("artifact_uri") or "")
        for root in (f"gs://{bucket}/", _PROXIED):
            path = uri.removeprefix(root).strip("/")
            if uri.startswith(root) and path:
                found.add(f"{path}/")
    return sorted(found)
