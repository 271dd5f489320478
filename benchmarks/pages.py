"""Claims: every page is drawn before the better of MLflow and TensorBoard has begun.

The same runs in a gunicorn of ours, an MLflow server and a TensorBoard on loopback,
opened in one headless Chromium, each time in a fresh context (nothing cached). Drawn is
what a person waits for: ours when every chart and histogram of the page is there,
MLflow's when its first six charts are, TensorBoard's when no visible card spins. Times
are the page's own clock, from the start of the navigation.

MLflow's environment is made as `collection.py` says; TensorBoard is the trainer's.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
# This file's own folder would hide Django behind the benchmark of that name.
sys.path[:1] = [str(ROOT)]

from benchmarks.collection import mlflow_server  # noqa: E402
from benchmarks.measuring import Measure, report  # noqa: E402
from benchmarks.pages_runs import EPOCHS, MANY_EPOCHS, RUNS, SERIES  # noqa: E402
from benchmarks.serving import output_of, served  # noqa: E402
from tests.ml_platform.browser import chromium  # noqa: E402

HERE = Path(__file__).parent
VIEWPORT = {"width": 1440, "height": 900}
FRAME = "() => new Promise((done) => requestAnimationFrame(() => "
FRAME += "requestAnimationFrame(() => done(performance.now()))))"
COUNT_FRAMES = """() => {
  cancelAnimationFrame(window.nextFrame_);
  const frames = window.frames_ = [performance.now()];
  const tick = (at) => {
    frames.push(at);
    window.nextFrame_ = requestAnimationFrame(tick);
  };
  window.nextFrame_ = requestAnimationFrame(tick);
}"""
OURS_DRAWN = "() => document.querySelector('[data-drawn=all]') !== null"
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


class Opened:
    """What opening a page again and again gave: times in ms, and its weight."""

    def __init__(self, times: list[float], weight: int) -> None:
        self.ms = statistics.median(times)
        self.weight = weight
        self.repeats = len(times)


def main() -> None:
    """Runs all measures and prints them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--repeats", type=int, default=7, help="openings of each page")
    parser.add_argument(
        "--mlflow-python",
        type=Path,
        default=ROOT / ".trackless/bench-mlflow/bin/python",
        help="interpreter of an environment with MLflow 3, see collection.py",
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
        measures = ours(pages, home, folder)
        measures += theirs(pages, folder, options)
    report(measures, ["django", "playwright"], options.json)


class Pages:
    """Opens pages in fresh contexts of one browser and remembers what each took."""

    def __init__(self, browser: Any, repeats: int) -> None:
        self._browser = browser
        self._repeats = repeats
        self.own: dict[str, Opened] = {}

    def opened(self, url: str, drawn: str, state: Any = None) -> Opened:
        """Opens the page `repeats` times, and once before for a warm server."""
        every = [self._once(url, drawn, state) for _ in range(self._repeats + 1)][1:]
        return Opened([ms for ms, _ in every], every[-1][1])

    @contextmanager
    def page(self, state: Any = None) -> Iterator[Any]:
        """A page in a context of its own."""
        context = self._browser.new_context(viewport=VIEWPORT, storage_state=state)
        try:
            yield context.new_page()
        finally:
            context.close()

    def _once(self, url: str, drawn: str, state: Any) -> tuple[float, int]:
        with self.page(state) as page:
            weighed = Weighed(page)
            page.goto(url, wait_until="commit")
            page.wait_for_function(drawn, polling="raf", timeout=60_000)
            return float(page.evaluate(FRAME)), weighed.bytes


class Weighed:
    """Bytes as they came over the wire, without those of the API's data."""

    def __init__(self, page: Any) -> None:
        self.bytes = 0
        self._data: set[str] = set()
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._finished)
        session.send("Network.enable")

    def _asked(self, event: dict[str, Any]) -> None:
        if "/api/" in event["request"]["url"]:
            self._data.add(event["requestId"])

    def _finished(self, event: dict[str, Any]) -> None:
        if event["requestId"] not in self._data:
            self.bytes += int(event["encodedDataLength"])


def ours(pages: Pages, home: str, folder: Path) -> list[Measure]:
    """Every page of ours, its weight, and frames a second while it is used."""
    environment = os.environ | {"TRACKLESS_HOME": home, "DATABASE_URL": ""}
    environment["TRACKLESS_ARTIFACT_ROOT"] = home
    environment["TRACKLESS_STATIC_ROOT"] = f"{home}/static"
    output_of(environment, "manage.py", "collectstatic", "--no-input")
    token = output_of(environment, "-m", "benchmarks.pages_runs", str(folder))
    with served(environment) as (port, _):
        base = f"http://127.0.0.1:{port}"
        with pages.page() as page:
            page.goto(f"{base}/login/{token.splitlines()[-1]}/")
            state = page.context.storage_state()
        compared = ",".join(str(number) for number in range(1, RUNS + 1))
        long = RUNS + 1
        paths = {
            "run": ("/experiments/1/", OURS_DRAWN, "<= 1000"),
            "long": (f"/experiments/{long}/", OURS_DRAWN, "<= 2000"),
            "compare": (
                f"/experiments/compare/?ids={compared}",
                OURS_DRAWN,
                "<= 2000",
            ),
            "list": ("/experiments/", LIST_DRAWN, None),
        }
        for name, (path, drawn, _) in paths.items():
            pages.own[name] = pages.opened(base + path, drawn, state)
        texts = {
            "run": f"run of {SERIES} x {EPOCHS}, with histograms",
            "long": f"run of {MANY_EPOCHS} epochs, with histograms",
            "compare": f"compare {RUNS} runs x {EPOCHS}",
            "list": f"list of {long} runs",
        }
        measures = []
        for name, opened in pages.own.items():
            text, bar = texts[name], paths[name][2]
            measures += [
                Measure(f"{text}, drawn", opened.ms, "ms", bar, opened.repeats),
                Measure(f"{text}, weight", opened.weight / 1e3, "kB", "<= 200", 1),
            ]
        return measures + frames(pages, base + paths["run"][0], state)


def frames(pages: Pages, url: str, state: Any) -> list[Measure]:
    """Frames a second while the pointer crosses the loss chart, and while it zooms."""
    with pages.page(state) as page:
        page.goto(url)
        page.wait_for_selector("[data-drawn=all]")
        plot = page.locator("[data-chart=loss] .u-over").first
        plot.scroll_into_view_if_needed()
        box = plot.bounding_box()
        middle = box["y"] + box["height"] / 2

        def across() -> None:
            for step in range(120):
                page.mouse.move(box["x"] + 2 + step * (box["width"] - 4) / 119, middle)

        def zoomed() -> None:
            for _ in range(6):
                page.mouse.move(box["x"] + box["width"] * 0.2, middle)
                page.mouse.down()
                page.mouse.move(box["x"] + box["width"] * 0.7, middle, steps=20)
                page.mouse.up()
                page.mouse.dblclick(box["x"] + box["width"] / 2, middle)

        across()
        return [
            measure
            for name, act in (("hover", across), ("zoom", zoomed))
            for measure in _frames(page, name, act)
        ]


def _frames(page: Any, name: str, act: Any) -> Iterator[Measure]:
    page.evaluate(COUNT_FRAMES)
    act()
    at = page.evaluate("window.frames_")
    rate = (len(at) - 1) / (at[-1] - at[0]) * 1e3
    longest = max(b - a for a, b in pairwise(at))
    yield Measure(f"{name}, all charts of the run", rate, "frames/s", ">= 30", 1)
    yield Measure(f"{name}, longest frame", longest, "ms", None, 1)


def theirs(
    pages: Pages, folder: Path, options: argparse.Namespace
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
                Measure(f"{title}, drawn", page.ms, "ms", None, page.repeats),
                Measure(f"{title}, weight", page.weight / 1e3, "kB", None, 1),
            ]
            best[name] = min(page.ms, best.get(name, page.ms))
    yield from found
    for name, ms in best.items():
        ratio = ms / pages.own[name].ms
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
                ("run", "two histograms of the run"): pages.opened(
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
