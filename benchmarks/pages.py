"""Claims: every page is drawn in a fifth of the time of the better of MLflow's and
TensorBoard's.

The same runs in a gunicorn of ours, an MLflow server and a TensorBoard on loopback,
ours served as its image does. The same is waited for in each: *first view*, all that
the first screenful of 1440 x 900 holds is drawn and stays where it is. Ours says so
itself (`data-drawn=view`, every card that reaches into the screen). MLflow's first six
charts and TensorBoard's visible cards fill theirs; both draw the others when one
scrolls there. Ours draws all others unasked: *everything* is the last of them
(`data-drawn=all`), which the bars of 1 and 2 s are about. TensorBoard shows histograms
only on a page of their own; against that one stands our run page opened at its own. A
page of one empty canvas, which no server has to make, takes what in all these times is
the browser's and the measure's own.

TensorBoard is the trainer's. MLflow with its pages needs an environment of its own:

    uv venv .trackless/bench-mlflow
    uv pip install --python .trackless/bench-mlflow/bin/python mlflow==3.17.2
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
# This file's own folder would hide Django behind the benchmark of that name.
sys.path[:1] = [str(ROOT)]

from benchmarks.collection import mlflow_server  # noqa: E402
from benchmarks.measuring import Measure, report  # noqa: E402
from benchmarks.pages_opening import Pages, frames  # noqa: E402
from benchmarks.pages_runs import EPOCHS, MANY_EPOCHS, RUNS, SERIES  # noqa: E402
from benchmarks.serving import output_of, served  # noqa: E402
from tests.ml_platform.browser import chromium  # noqa: E402

HERE = Path(__file__).parent
VIEW_DRAWN = "() => document.querySelector('[data-drawn=view], [data-drawn=all]')"
ALL_DRAWN = "() => document.querySelector('[data-drawn=all]')"
EMPTY = "data:text/html,<body data-drawn=all><canvas></canvas>"
LIST_DRAWN = "() => document.querySelectorAll('tbody tr svg').length >= 20"
MLFLOW_DRAWN = """() => {
  const charts = [...document.querySelectorAll('.js-plotly-plot')];
  const lines = (chart) => chart.querySelectorAll('.scatterlayer .trace').length;
  return charts.length >= 6 && charts.slice(0, 6).every(lines);
}"""
MLFLOW_LISTED = "() => document.querySelectorAll('.ag-row').length >= 20"
SPINS = "document.querySelector('card-view mat-spinner') === null"
SCALARS_DRAWN = f"() => document.querySelector('line-chart canvas') && {SPINS}"
HISTOGRAMS_DRAWN = f"() => document.querySelector('tb-histogram path') && {SPINS}"


def main() -> None:
    """Runs all measures and prints them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--repeats", type=int, default=7, help="openings of each page")
    parser.add_argument(
        "--mlflow-python",
        type=Path,
        default=ROOT / ".trackless/bench-mlflow/bin/python",
        help="interpreter of an environment with MLflow 3 and its pages, see above",
    )
    parser.add_argument(
        "--tensorboard-python",
        type=Path,
        default=ROOT / ".venv-trainer/bin/python",
        help="interpreter of an environment with TensorFlow and TensorBoard",
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, chromium() as browser:
        folder = Path(home, "told")
        folder.mkdir()
        pages = Pages(browser, options.repeats)
        own, measures = ours(pages, home, folder)
        measures += theirs(pages, folder, options, own)
    report(measures, ["django", "playwright"], options.json)


def ours(pages: Pages, home: str, folder: Path) -> tuple[dict[str, float], Any]:
    """Every page of ours: ms by name, and the measures of those and of its use."""
    environment = os.environ | {"TRACKLESS_HOME": home, "DATABASE_URL": ""}
    environment["TRACKLESS_ARTIFACT_ROOT"] = home
    environment["TRACKLESS_STATIC_ROOT"] = f"{home}/static"
    output_of(environment, "manage.py", "collectstatic", "--no-input")
    token = output_of(environment, "-m", "benchmarks.pages_runs", str(folder))
    compared = ",".join(str(number) for number in range(1, RUNS + 1))
    long = RUNS + 1
    charts = (VIEW_DRAWN, ALL_DRAWN)
    paths = {
        "run": (f"run of {SERIES} x {EPOCHS}, with histograms", "1/", charts, 1000),
        "histograms": ("that run at its histograms", "1/#histograms", charts, 1000),
        "long": (f"run of {MANY_EPOCHS} epochs", f"{long}/", charts, 2000),
        "compare": (
            f"compare {RUNS} runs x {EPOCHS}",
            f"compare/?ids={compared}",
            charts,
            2000,
        ),
        "list": (f"list of {long} runs", "", (LIST_DRAWN,), None),
    }
    empty = pages.opened(EMPTY, ALL_DRAWN)
    text = "a page of one empty canvas, no server"
    ms, measures = {}, [Measure(text, empty.ms[0], "ms", None, empty.repeats)]
    with served(environment) as (port, _):
        base = f"http://127.0.0.1:{port}"
        with pages.page() as page:
            page.goto(f"{base}/login/{token.splitlines()[-1]}/")
            state = page.context.storage_state()
        for name, (text, path, drawn, bar) in paths.items():
            url = f"{base}/experiments/{path}"
            opened = pages.opened(url, *drawn, state=state)
            ms[name], everything = opened.ms[0], opened.ms[-1]
            bar = bar and f"<= {bar}"
            count = opened.repeats
            measures += [
                Measure(f"{text}, first view", ms[name], "ms", None, count),
                Measure(f"{text}, everything", everything, "ms", bar, count),
                Measure(f"{text}, weight", opened.weight / 1e3, "kB", "<= 200", 1),
            ]
        measures += frames(pages, f"{base}/experiments/1/", state)
    return ms, measures


def theirs(
    pages: Pages, folder: Path, options: argparse.Namespace, own: dict[str, float]
) -> Iterator[Measure]:
    """MLflow's and TensorBoard's pages of these runs, and how much faster ours are."""
    best: dict[str, float] = {}
    found = []
    for kind, python, opened in (
        ("MLflow", options.mlflow_python, mlflow_pages),
        ("TensorBoard", options.tensorboard_python, tensorboard_pages),
    ):
        if not python.exists():
            print(f"{python}: no {kind} here, left out", file=sys.stderr)
            continue
        version, times = opened(pages, python, folder)
        for (name, text), page in times.items():
            title = f"{kind} {version}, {text}"
            found += [
                Measure(f"{title}, first view", page.ms[0], "ms", None, page.repeats),
                Measure(f"{title}, weight", page.weight / 1e3, "kB", None, 1),
            ]
            best[name] = min(page.ms[0], best.get(name, page.ms[0]))
    yield from found
    for name, ms in best.items():
        ratio = ms / own[name]
        text = f"{name}: ours faster than the better of them"
        yield Measure(text, ratio, "x", ">= 5", 1)


def mlflow_pages(pages: Pages, python: Path, folder: Path) -> tuple[str, Any]:
    """A run's charts, the runs' charts and the list of an MLflow server."""
    with tempfile.TemporaryDirectory() as home, mlflow_server(python, home) as uri:
        command = [str(python), str(HERE / "pages_mlflow.py"), uri, str(folder)]
        told = json.loads(_printed([*command, str(RUNS)]))
        base = f"{uri}/#/experiments/{told['experiment']}/runs"
        return told["version"], {
            ("run", "first six charts of the run"): pages.opened(
                f"{base}/{told['runs'][0]}/model-metrics", MLFLOW_DRAWN
            ),
            ("compare", f"first six charts of {RUNS} runs"): pages.opened(
                f"{base}?compareRunsMode=CHART", MLFLOW_DRAWN
            ),
            ("list", "list"): pages.opened(base, MLFLOW_LISTED),
        }


def tensorboard_pages(pages: Pages, python: Path, folder: Path) -> tuple[str, Any]:
    """A run's first cards, its histograms, and the first cards of every run."""
    with tempfile.TemporaryDirectory() as home:
        command = [str(python), str(HERE / "pages_tensorboard.py"), str(folder)]
        version = _printed([*command, str(RUNS), home])
        with _tensorboard(python, home) as base:
            one = f"{base}/?runFilter=%5Erun%201%24"
            return version, {
                ("run", "first cards of the run"): pages.opened(
                    f"{one}#timeseries", SCALARS_DRAWN
                ),
                ("histograms", "two histograms of the run"): pages.opened(
                    f"{one}&tagFilter=weight_stats%2F#timeseries", HISTOGRAMS_DRAWN
                ),
                ("compare", f"first cards of {RUNS} runs"): pages.opened(
                    f"{base}/#timeseries", SCALARS_DRAWN
                ),
            }


@contextmanager
def _tensorboard(python: Path, folder: str) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(python), "-m", "tensorboard.main", "--logdir", folder]
    command += ["--port", str(port), "--host", "127.0.0.1", "--load_fast=false"]
    server = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    base = f"http://127.0.0.1:{port}"
    try:
        _wait_for_runs(base)
        yield base
    finally:
        server.terminate()
        server.wait()


def _wait_for_runs(base: str) -> None:
    """Until TensorBoard has read every run: it serves before that."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{base}/data/runs") as answer:
                if len(json.load(answer)) == RUNS:
                    return
        except OSError:
            pass
        time.sleep(0.5)
    raise TimeoutError(f"{base} has not read {RUNS} runs in 300 s")


def _printed(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.strip().splitlines()[-1]


if __name__ == "__main__":
    main()
