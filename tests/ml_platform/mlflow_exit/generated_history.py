"""A generated history of everything that MLflow takes and others lose.

Run where MLflow is installed, by `mlflow_programs.py`. The same seed gives the same
history but for the ids that MLflow draws.
"""

import math
import random
import sqlite3
import struct
from contextlib import closing

from mlflow.entities import Metric, Param, RunTag
from mlflow.tracking import MlflowClient
from mlflow.utils.validation import MAX_PARAM_VAL_LENGTH

SPECIAL = [
    math.nan,
    math.inf,
    -math.inf,
    -0.0,
    5e-324,
    -2.2e-308,
    1.7976931348623157e308,
]
KEYS = ["loss", "Loss", "val_loss", "dir/deep/loss", "größe der Ebene", "訓練.損失"]
KEYS += ["a-b c.d_e", "query_weights_mean", "test_recall_at_5"]
STEPS = [-(2**63), -5, -1, 0, 1, 2, 3, 2**53, 2**53 + 1, 2**63 - 1]
TEXTS = ["x" * min(6000, MAX_PARAM_VAL_LENGTH), "", "None", "NaN", "0.10"]
TEXTS += ["\x01\x1f\x7f", 'a,"b"\r\n\\.\t', "\\N", "☃ 𝔘𝔫𝔦", "\ufdd0\u2028"]
STATUSES = ["FINISHED", "FAILED", "KILLED", "RUNNING", "SCHEDULED", "FINISHED"]
BATCH = 1000


def generate(uri: str, runs: int, points: int, steps: int, seed: int = 1) -> None:
    """Makes four experiments and their runs.

    Args:
        uri: of the tracking database or server.
        runs: how many, the two large ones included.
        points: of one key of one run.
        steps: of three keys of another run.
        seed: of the values.
    """
    draw, client = random.Random(seed), MlflowClient(uri)
    names = ["recommender", "Recommender", "größe/ступень \u2028", "gone"]
    experiments = [client.create_experiment(f"{name} {seed}") for name in names]
    client.set_experiment_tag(experiments[0], "note", TEXTS[6])
    parent = "f" * 32  # No run has this id.
    for number in range(runs - 2):
        status = STATUSES[number % len(STATUSES)]
        tags = {"mlflow.parentRunId": parent} if number % 3 == 0 else {}
        # Every fifth has a twin: the same name, values and times.
        seed_of_run = number - 1 if number % 5 == 4 else number
        run = _run(client, experiments[number % 4], f"run {seed_of_run}", tags)
        _fill(client, run, random.Random(f"{seed} {seed_of_run}"))
        client.set_terminated(run, status, end_time=1_000_000 + number)
        if number % 7 == 0:
            client.delete_run(run)
        parent = run
    many = _run(client, experiments[0], "many points", {})
    rows = [Metric("k", draw.random(), n % 997, n // 3) for n in range(points)]
    _log(client, many, rows)
    long = _run(client, experiments[1], "many steps", {})
    keys = ("loss", "val_loss", "weight_norm")
    rows = [Metric(k, draw.gauss(0, 1), n, n) for n in range(steps) for k in keys]
    _log(client, long, rows)
    client.delete_experiment(experiments[3])
    if uri.startswith("sqlite:///"):
        _orphan(uri.removeprefix("sqlite:///"))


def _run(client: MlflowClient, where: str, name: str, tags: dict[str, str]) -> str:
    run = client.create_run(where, start_time=500, tags=tags, run_name=name)
    return str(run.info.run_id)


def _fill(client: MlflowClient, run: str, draw: random.Random) -> None:
    count = draw.randrange(60)
    # A time of its own each: SQLite takes 0.0 and −0.0 for the same row.
    rows = [
        Metric(draw.choice(KEYS), _value(draw), at, draw.choice(STEPS))
        for at in range(count)
    ]
    rows += [Metric("same", float(n), 7, 1) for n in range(count % 4)] * 2
    texts = draw.sample(TEXTS, 4)
    params = [Param(f"p/{n} ü", text) for n, text in enumerate(texts)]
    tags = [RunTag(f"t.{n}", text) for n, text in enumerate(texts)]
    client.log_batch(run, rows, params, tags)


def _value(draw: random.Random) -> float:
    """One of the special ones, or any float of 64 random bits."""
    if draw.random() < 0.3:
        return draw.choice(SPECIAL)
    return float(struct.unpack("<d", draw.randbytes(8))[0])


def _log(client: MlflowClient, run: str, rows: list[Metric]) -> None:
    for start in range(0, len(rows), BATCH):
        client.log_batch(run, rows[start : start + BATCH])
    client.set_terminated(run, end_time=2_000_000)


def _orphan(path: str) -> None:
    """Rows whose run is gone, as a deletion by hand leaves them."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO metrics VALUES ('k', 0.5, 1, 'gone', 0, 0)")
        connection.execute("INSERT INTO params VALUES ('p', 'v', 'gone')")
        connection.commit()
