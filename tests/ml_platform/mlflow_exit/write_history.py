"""Writes a nasty history with MLflow's own client; run in an environment that has it.

`python write_history.py sqlite:////…/mlflow.db` makes the database. The fixture
`mlflow_3_17_2.sql` is this program's database, dumped, with the tables emptied that
MLflow fills for itself.
"""

import math
import sys

from mlflow.entities import Metric, Param, RunTag
from mlflow.tracking import MlflowClient

BINS = 25
EPOCHS = 6


def write(uri: str) -> None:
    """Makes three experiments and nine runs."""
    client = MlflowClient(uri)
    main = client.create_experiment("recommender", artifact_location="/artifacts/1")
    gone = client.create_experiment("Recommender", artifact_location="/artifacts/2")
    _platform_run(client, main)
    _nasty_run(client, main)
    for status in ("FAILED", "KILLED"):
        run = _run(client, main, status.lower())
        client.log_metric(run, "loss", 2.5, timestamp=1000, step=0)
        client.set_terminated(run, status, end_time=5000)
    parent = _run(client, main, "running")
    client.log_metric(parent, "loss", 1.0, timestamp=1000, step=0)
    child = _run(client, main, "nested", {"mlflow.parentRunId": parent})
    client.set_terminated(child, end_time=5000)
    deleted = _run(client, main, "deleted")
    client.log_metric(deleted, "loss", 3.0, timestamp=1000, step=0)
    client.set_terminated(deleted, end_time=5000)
    client.delete_run(deleted)
    inside = _run(client, gone, "in a deleted experiment")
    client.set_terminated(inside, end_time=5000)
    client.delete_experiment(gone)


def _platform_run(client: MlflowClient, experiment: str) -> None:
    """A run as the platform's trainer logged it, histograms a metric a bin."""
    run = _run(client, experiment, "platform")
    edges = ",".join(str(-1 + 2 * n / BINS) for n in range(BINS + 1))
    client.log_batch(
        run,
        params=[
            Param("learning_rate", "0.1"),
            Param("optimizer", "adagrad"),
            Param("query_hist_bin_edges", edges),
        ],
    )
    for epoch in range(EPOCHS):
        at = 10_000 + 1000 * epoch
        values = {
            "loss": 3.0 / (epoch + 1),
            "val_loss": math.nan if epoch == 3 else 3.5 / (epoch + 1),
            "val_recall_at_100": 0.1 * epoch,
            "weight_norm": 40.0 + epoch,
            "query_weight_norm": 30.0 + epoch,
            "query_weights_mean": 0.001 * epoch,
            "query_weights_std": 0.1,
            "candidate_grad_norm": math.inf if epoch == 4 else 1.5,
        }
        values |= {f"query_hist_bin_{n}": float(n + epoch) for n in range(BINS)}
        if epoch == 2:
            del values["query_hist_bin_7"]
        client.log_batch(run, [Metric(k, v, at, epoch) for k, v in values.items()])
    finals = {"test_recall_at_5": 0.0386, "final_loss": 0.5}
    finals["gradient_collapse_epoch"] = 5.0
    client.log_batch(run, [Metric(k, v, 20_000, 0) for k, v in finals.items()])
    client.set_terminated(run, end_time=21_000)


def _nasty_run(client: MlflowClient, experiment: str) -> None:
    """Everything that MLflow takes and others lose."""
    run = _run(client, experiment, "nasty")
    points = [
        Metric("odd", -0.0, 1, 0),
        Metric("odd", 5e-324, 1, 1),
        Metric("odd", -math.inf, 1, 2),
        Metric("odd", math.nan, 1, 3),
        Metric("odd", 0.1 + 0.2, 1, 4),
        Metric("steps", 1.0, 1, -5),
        Metric("steps", 2.0, 1, 2**53 + 1),
        Metric("steps", 2.5, 1, 2**63 - 1),
        Metric("steps", 3.0, 1, 0),
        Metric("same", 1.0, 7, 1),
        Metric("same", 2.0, 7, 1),
        Metric("same", 1.0, 8, 1),
        Metric("Loss", 1.0, 1, 0),
        Metric("loss", 2.0, 1, 0),
        Metric("dir/deep/loss", 2.0, 1, 0),
        Metric("größe der Ebene", 2.0, 1, 0),
    ]
    tags = [RunTag("note", "control \x01 and\nnewline"), RunTag("empty", "")]
    params = [Param("long", "x" * 6000), Param("None", "None"), Param("empty", "")]
    client.log_batch(run, points, params, tags)
    client.set_terminated(run, end_time=5000)


def _run(
    client: MlflowClient, experiment: str, name: str, tags: dict[str, str] | None = None
) -> str:
    run = client.create_run(experiment, start_time=500, tags=tags, run_name=name)
    return str(run.info.run_id)


if __name__ == "__main__":
    write(sys.argv[1])
