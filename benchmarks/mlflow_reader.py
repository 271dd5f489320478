"""The other side of `django.py`: one run read back from an MLflow server.

Runs in MLflow's own environment: `python mlflow_reader.py URI REPEATS`. Prints the
shortest time of reading every metric's history of the server's last run, and how many
series and points that gave.
"""

import json
import sys
import time

import mlflow
from mlflow.tracking import MlflowClient


def main() -> None:
    """Measures and prints."""
    client = MlflowClient(sys.argv[1])
    experiment = client.get_experiment_by_name("benchmark").experiment_id
    run = client.search_runs([experiment], max_results=1)[0]
    best = float("inf")
    for _ in range(int(sys.argv[2])):
        start = time.perf_counter()
        histories = [
            client.get_metric_history(run.info.run_id, name)
            for name in run.data.metrics
        ]
        best = min(best, time.perf_counter() - start)
    points = sum(len(history) for history in histories)
    told = {"seconds": best, "series": len(histories), "points": points}
    print(json.dumps(told | {"version": mlflow.__version__}))


if __name__ == "__main__":
    main()
