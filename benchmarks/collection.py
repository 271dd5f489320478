"""Claims: collecting costs next to nothing, and a document is quick to write and read.

Each claim is a ratio against the real alternative: an MLflow server on loopback, plain
`json`, `np.histogram`, the raw floats. The MLflow part needs an environment of its
own, and is left out where it is not there:

    python requirements/install.py mlflow3
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from benchmarks.measuring import Measure, best_seconds, report, seconds  # noqa: E402
from training_metrics import (  # noqa: E402
    GridHistogram,
    MetricsCollector,
    TrainingMetrics,
)
from training_metrics.reading import from_bytes  # noqa: E402
from training_metrics.snapshots import (  # noqa: E402
    GROWTH,
    INTERVAL_SECONDS,
    SMALL_CHARACTERS,
    Snapshots,
)
from training_metrics.writing import to_bytes  # noqa: E402

SERIES, EPOCHS, MANY_EPOCHS = 140, 50, 10_000
NAMES = [f"val_metric_{i}" for i in range(SERIES)]
SINGLE_CALLS = 700
REPEATS = 7


def main() -> None:
    """Runs all measures and prints them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--mlflow-python",
        type=Path,
        default=ROOT / ".tools/mlflow3/bin/python",
        help="interpreter of an environment with MLflow 3",
    )
    options = parser.parse_args()
    measures = [
        *against_mlflow(options.mlflow_python),
        *writing(),
        *counting(),
        *many_epochs(),
        *blocking(),
        *reading(),
    ]
    report(measures, ["numpy", "pydantic"], options.json)


def rows(epochs: int) -> list[dict[str, float]]:
    """What a trainer logs, an epoch each."""
    random = np.random.default_rng(1).random((epochs, SERIES))
    return [dict(zip(NAMES, row.tolist(), strict=True)) for row in random]


def collect(logged: list[dict[str, float]], folder: str) -> MetricsCollector:
    """Logs every epoch and saves."""
    collector = MetricsCollector(folder, journal=f"{folder}/journal")
    for epoch, metrics in enumerate(logged):
        collector.log_metrics(metrics, epoch)
        collector.end_epoch(epoch)
    collector.save()
    collector.close()
    return collector


def against_mlflow(python: Path) -> list[Measure]:
    """7,000 numbers collected, journalled and saved, against a tracking server."""
    logged = rows(EPOCHS)

    def ours() -> None:
        with tempfile.TemporaryDirectory() as folder:
            collect(logged, folder)

    own = best_seconds(ours, REPEATS)
    measures = [Measure("collect and save 140 x 50", own * 1e3, "ms", None, REPEATS)]
    if not python.exists():
        print(f"{python}: no MLflow here, comparison left out", file=sys.stderr)
        return measures
    theirs = _mlflow_seconds(python)
    single = theirs["single_seconds"] * SERIES * EPOCHS / SINGLE_CALLS
    batch = theirs["batch_seconds"]
    name = f"MLflow {theirs['version']}"
    return [
        *measures,
        Measure(f"{name} one call a metric (10 x 700)", single, "s", None, 1),
        Measure(f"{name} log_batch per epoch", batch, "s", None, 1),
        Measure("faster than one call a metric", single / own, "x", ">= 5000", 1),
        Measure("faster than log_batch per epoch", batch / own, "x", ">= 150", 1),
    ]


def _mlflow_seconds(python: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder, mlflow_server(python, folder) as uri:
        client = Path(__file__).with_name("mlflow_client.py")
        command = [str(python), str(client), uri]
        command += [str(SERIES), str(EPOCHS), str(SINGLE_CALLS)]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        answer: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
        return answer


@contextmanager
def mlflow_server(python: Path, folder: str) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(python), "-m", "mlflow", "server", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{folder}/mlflow.db"]
    command += ["--default-artifact-root", f"{folder}/artifacts"]
    environment = os.environ | {"MLFLOW_DISABLE_TELEMETRY": "true"}
    # Its job queue outlives a server that is stopped, and nothing here uses it.
    environment["MLFLOW_SERVER_ENABLE_JOB_EXECUTION"] = "false"
    with Path(folder, "server.log").open("wb") as log:
        server = subprocess.Popen(
            command, stdout=log, stderr=log, env=environment, start_new_session=True
        )
    try:
        uri = f"http://127.0.0.1:{port}"
        _wait_for(f"{uri}/health")
        yield uri
    finally:
        os.killpg(server.pid, 15)
        server.wait()


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            urllib.request.urlopen(url).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def raw_document(epochs: int, histograms: bool = False) -> dict[str, Any]:
    """A document as plain Python, 140 series and four towers' histograms or none."""
    random = np.random.default_rng(1)
    document: dict[str, Any] = {
        "available": True,
        "epochs": list(range(epochs)),
        "metrics": {
            name: random.random(epochs).astype(np.float32).astype(float).tolist()
            for name in NAMES
        },
    }
    if histograms:
        edges = np.linspace(-1, 1, 129).tolist()
        weights = 140_000 * np.exp(-(np.linspace(-3, 3, 128) ** 2)) / 20
        document["weight_stats"] = {
            f"tower_{tower}": {
                "histogram": {
                    "bin_edges": edges,
                    "counts": random.poisson(weights, (epochs, 128)).tolist(),
                }
            }
            for tower in range(4)
        }
    return document


def writing() -> list[Measure]:
    """Validating and serialising against one plain dump; and sizes."""
    raw = raw_document(EPOCHS)
    plain = best_seconds(lambda: json.dumps(raw), REPEATS * 3)
    ours = best_seconds(
        lambda: to_bytes(TrainingMetrics.model_validate(raw)), REPEATS * 3
    )
    large = raw_document(EPOCHS, histograms=True)
    sizes = [
        len(gzip.compress(to_bytes(TrainingMetrics.model_validate(document)))) / 1024
        for document in (raw, large)
    ]
    return [
        Measure("validate and write / json.dumps", ours / plain, "x", "<= 5", 21),
        Measure("gzipped, 140 x 50", sizes[0], "KB", "<= 40", 1),
        Measure("gzipped, with four 50 x 128", sizes[1], "KB", "<= 100", 1),
    ]


def counting() -> list[Measure]:
    """The grid against `np.histogram` on one epoch's weights."""
    values = np.random.default_rng(1).normal(0, 0.05, 140_000).astype(np.float32)
    theirs = best_seconds(lambda: np.histogram(values, 25), 50)
    ours = best_seconds(lambda: GridHistogram.of(values), 50)
    name = "counting 140,000 values faster than np.histogram"
    return [Measure(name, theirs / ours, "x", ">= 4", 50)]


def many_epochs() -> list[Measure]:
    """Memory and bytes of 140 x 10,000, logged as fast as it goes."""
    with tempfile.TemporaryDirectory() as folder:
        logged = rows(1)[0]
        tracemalloc.start()
        collector = MetricsCollector(folder, journal=f"{folder}/journal")
        for epoch in range(MANY_EPOCHS):
            collector.log_metrics(logged, epoch)
            collector.end_epoch(epoch)
        held = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        collector.close()
    with tempfile.TemporaryDirectory() as folder:
        collector = collect(rows(MANY_EPOCHS), folder)
        final = Path(collector.uri).stat().st_size
        journal = Path(folder, "journal").stat().st_size
    raw_bytes = SERIES * MANY_EPOCHS * 8
    # A run may end just after a snapshot or just before one.
    snapshots = max(_snapshot_bytes(final, minutes) for minutes in range(240, 481))
    return [
        Measure("140 x 10,000: memory / raw floats", held / raw_bytes, "x", "<= 3", 1),
        Measure("140 x 10,000: journal / document", journal / final, "x", None, 1),
        Measure(
            "140 x 10,000: bytes written / document, 4 to 8 hours",
            (journal + final + snapshots) / final,
            "x",
            "<= 5",
            1,
        ),
    ]


def _snapshot_bytes(final: int, minutes: int) -> float:
    """Bytes of all snapshots of a run: the rule, on a clock of its own."""
    written, wanted, each = 0.0, 0.0, INTERVAL_SECONDS / 60
    for number in range(1, int(minutes / each)):
        size = final * number * each / minutes
        if size >= wanted:
            written += size
            wanted = GROWTH * size if size > SMALL_CHARACTERS else 0
    return written


def blocking() -> list[Measure]:
    """How long `log_metrics` takes while a snapshot of 140 x 10,000 is on its way.

    Every call logs a new epoch, so it writes a journal line too: that is where the
    training thread gives the interpreter away and must get it back. The time that the
    system let the thread wait for a free processor is no doing of the snapshot, and is
    taken off (Linux counts it); the worst is shown with it as well. The control is the
    same calls without a snapshot.
    """
    with tempfile.TemporaryDirectory() as folder:
        collector = MetricsCollector(folder, journal=f"{folder}/journal")
        logged = rows(1)[0]
        for epoch in range(MANY_EPOCHS):
            collector.log_metrics(logged, epoch)
        quiet = [
            _logging_seconds(collector, logged, MANY_EPOCHS + i) for i in range(200)
        ]
        snapshots = Snapshots(collector._snapshot, collector._publisher, 0.0)
        snapshots.offer(MANY_EPOCHS)
        during = []
        while not Path(collector.uri).exists() or len(during) < 200:
            epoch = MANY_EPOCHS + 200 + len(during)
            during.append(_logging_seconds(collector, logged, epoch))
        snapshots.stop()
        collector.close()
    median = statistics.median(wall - queued for wall, queued in quiet)
    extra = [wall - queued - median for wall, queued in during]
    count, name = len(during), "snapshot blocks log_metrics"
    without = "log_metrics of 140, no snapshot"
    control = max(wall - queued for wall, queued in quiet)
    with_queue = max(wall for wall, _ in during) - median
    return [
        Measure(f"{without}, median", median * 1e3, "ms", None, 200),
        Measure(f"{without}, worst", control * 1e3, "ms", None, 200),
        Measure(f"{name}, median", statistics.median(extra) * 1e3, "ms", "<= 1", count),
        Measure(f"{name}, worst", max(extra) * 1e3, "ms", "<= 10", count),
        Measure(f"{name}, worst, no free CPU", with_queue * 1e3, "ms", None, count),
    ]


def _logging_seconds(
    collector: MetricsCollector, logged: dict[str, float], epoch: int
) -> tuple[float, float]:
    """Wall time of one call, and how much of it the thread waited for a processor."""
    time.sleep(0.005)  # a training step that does not need the interpreter
    before = _queued_seconds()
    wall = seconds(lambda: collector.log_metrics(logged, epoch))
    return wall, _queued_seconds() - before


def _queued_seconds() -> float:
    """Time that this thread was ready to run and did not; 0 where nobody counts it."""
    path = Path("/proc/thread-self/schedstat")
    return int(path.read_text().split()[1]) / 1e9 if path.exists() else 0.0


def reading() -> list[Measure]:
    """A 50 MB document against `json.loads`."""
    data = to_bytes(TrainingMetrics.model_validate(raw_document(29_400)))
    plain = best_seconds(lambda: json.loads(data), 3)
    ours = best_seconds(lambda: from_bytes(data, "benchmark"), 3)
    peaks = [
        _peak_bytes(call)
        for call in (lambda: json.loads(data), lambda: from_bytes(data, "benchmark"))
    ]
    size = len(data) / 1e6
    return [
        Measure(
            f"reading {size:.0f} MB / json.loads, time", ours / plain, "x", "<= 4", 3
        ),
        Measure(
            f"reading {size:.0f} MB / json.loads, peak memory",
            peaks[1] / peaks[0],
            "x",
            "<= 4",
            1,
        ),
    ]


def _peak_bytes(call: Any) -> int:
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


if __name__ == "__main__":
    main()
