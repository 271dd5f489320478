"""Prints every point that MLflow's own client reads; run where MLflow is installed.

`python read_history.py URI RUN_ID…` prints one JSON list a point: run, key, step, value
as text, time in ms.
"""

import json
import sys

from mlflow.tracking import MlflowClient


def read(uri: str, run_ids: list[str]) -> None:
    """Reads key by key; the keys come from the run's latest metrics."""
    client = MlflowClient(uri)
    for run_id in run_ids:
        for key in client.get_run(run_id).data.metrics:
            for one in client.get_metric_history(run_id, key):
                row = [run_id, key, one.step, repr(one.value), one.timestamp]
                print(json.dumps(row))


if __name__ == "__main__":
    read(sys.argv[1], sys.argv[2:])
