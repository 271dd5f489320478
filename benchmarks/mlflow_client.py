"""The other side of `collection.py`: the same numbers into an MLflow server.

Runs in MLflow's own environment: `python mlflow_client.py URI SERIES EPOCHS CALLS`.
Prints the seconds for CALLS calls of `log_metric`, and for EPOCHS calls of `log_batch`
with SERIES metrics each.
"""

import json
import sys
import time

import mlflow
from mlflow.entities import Metric
from mlflow.tracking import MlflowClient


def main() -> None:
    """Measures both ways of logging and prints them."""
    uri, series, epochs, calls = sys.argv[1], *map(int, sys.argv[2:5])
    client = MlflowClient(uri)
    experiment = client.create_experiment("benchmark")
    names = [f"val_metric_{i}" for i in range(series)]

    one = client.create_run(experiment).info.run_id
    client.log_metric(one, "warm_up", 0.0)
    start = time.perf_counter()
    for call in range(calls):
        client.log_metric(one, names[call % series], 0.123456789, step=call // series)
    single_seconds = time.perf_counter() - start

    other = client.create_run(experiment).info.run_id
    start = time.perf_counter()
    for epoch in range(epochs):
        metrics = [Metric(name, 0.123456789, 0, epoch) for name in names]
        client.log_batch(other, metrics=metrics)
    batch_seconds = time.perf_counter() - start
    print(
        json.dumps(
            {
                "single_seconds": single_seconds,
                "batch_seconds": batch_seconds,
                "version": mlflow.__version__,
            }
        )
    )


if __name__ == "__main__":
    main()
