"""The other side of `pages.py`: the same runs into an MLflow server.

Runs in MLflow's own environment: `python pages_mlflow.py URI FOLDER RUNS`. Prints the
experiment's id, the runs' ids and MLflow's version.
"""

import json
import sys
from pathlib import Path

import mlflow
from mlflow.entities import Metric, Param
from mlflow.tracking import MlflowClient

A_CALL = 1000


def main() -> None:
    """Logs and prints."""
    client = MlflowClient(sys.argv[1])
    experiment = client.create_experiment("pages")
    ids = []
    for number in range(1, int(sys.argv[3]) + 1):
        told = json.loads(Path(sys.argv[2], f"{number}.json").read_text())
        run = client.create_run(experiment, run_name=f"run {number}").info.run_id
        params = [Param(name, str(value)) for name, value in told["params"].items()]
        points = [
            Metric(name, float("nan") if value is None else value, 0, epoch)
            for name, values in told["scalars"].items()
            for epoch, value in zip(told["epochs"], values, strict=True)
        ]
        client.log_batch(run, params=params)
        for first in range(0, len(points), A_CALL):
            client.log_batch(run, metrics=points[first : first + A_CALL])
        client.set_terminated(run)
        ids.append(run)
    answer = {"experiment": experiment, "runs": ids, "version": mlflow.__version__}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
