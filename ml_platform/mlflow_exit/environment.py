"""Every environment variable that the exit reads, and nothing else."""

import os


def tracking_token() -> str:
    """Returns `MLFLOW_TRACKING_TOKEN`, MLflow's own name for its bearer token."""
    return os.environ.get("MLFLOW_TRACKING_TOKEN", "").strip()
