"""What a plan is made from."""

from dataclasses import dataclass
from datetime import datetime

from ml_platform.mlflow_exit.teardown.google import Google
from ml_platform.mlflow_exit.teardown.holdings import Holdings
from ml_platform.mlflow_exit.teardown.names import Names
from ml_platform.mlflow_exit.teardown.prices import Prices


@dataclass(frozen=True)
class Context:
    """The project as it was listed, and what is known beside it.

    Attributes:
        known: prefixes in the bucket that the inventory knows, each with a final `/`.
        served: MLflow's server is there, or was in the time that counts as recent,
            until a teardown removed it: the connections to its database are its own.
        since: from when on use counts as recent.
        now: until when.
        final_backup_days: how long Cloud SQL keeps the final backup; 0 if not asked.
    """

    google: Google
    names: Names
    held: Holdings
    prices: Prices | None
    known: list[str]
    served: bool
    since: datetime
    now: datetime
    final_backup_days: int = 0
