"""Claims: half a million lines are prepared in a minute, and quicker than with pandas.

Runs in `.venv-trainer`. Each measure is a process of its own, so that its seconds hold
its imports and its memory is the most that it ever held. Larger sources are copies of
the lines, each copy's buyers under other ids.

    .venv-trainer/bin/python benchmarks/preparing.py --input online_retail.parquet
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[1]
sys.path[:1] = [str(ROOT)]

from benchmarks.measuring import Measure, report  # noqa: E402

COPIES = (1, 4, 10)
PROCESSES = ["--direct_running_mode=multi_processing", "--direct_num_workers=2"]


class Cost(NamedTuple):
    """What a process took."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int


def main() -> None:
    """Runs all measures and prints them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--input", default="", help="Online Retail as Parquet")
    parser.add_argument(
        "--copies", type=int, nargs="*", default=COPIES, help="sizes, in copies"
    )
    options = parser.parse_args()
    if not options.input:
        print("no --input, left out: give Online Retail's lines", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as folder:
        measures = against_pandas(options.input, Path(folder))
        for copies in options.copies:
            measures += of_size(options.input, copies, Path(folder))
    report(measures, ["apache-beam", "pyarrow", "pandas", "tensorflow"], options.json)


def against_pandas(source: str, folder: Path) -> list[Measure]:
    """Both on the lines as they are, and that they prepare the same."""
    ours = prepared(source, folder / "ours")
    theirs = cost_of(
        ROOT / "benchmarks/preparing_pandas.py", source, folder / "pandas", out=folder
    )
    told = json.loads((folder / "ours/dataset.json").read_text())
    own = {name: told[f"{name}_examples"] for name in ("train", "eval", "test")}
    found = json.loads((folder / "said").read_text().splitlines()[-1])
    assert sum(own.values()) == sum(found.values()), (own, found)
    assert all(abs(own[name] - found[name]) < 500 for name in own), (own, found)
    return [
        *_measures("pandas", theirs),
        Measure("pandas / ours, wall", theirs.seconds / ours.seconds, "x", None, 1),
        Measure(
            "pandas / ours, memory", theirs.peak_bytes / ours.peak_bytes, "x", None, 1
        ),
    ]


def of_size(source: str, copies: int, folder: Path) -> list[Measure]:
    """One process of Beam's, and two, on so many copies."""
    grown = folder / f"{copies}.parquet"
    lines = copied(source, copies, grown)
    measures = []
    for name, more in (("1 process", []), ("2 processes", PROCESSES)):
        cost = prepared(str(grown), folder / f"{copies} {name}", more)
        measures += _measures(f"{lines:,} lines, {name}", cost)
    grown.unlink()
    return measures


def copied(source: str, copies: int, target: Path) -> int:
    """Writes copies of the lines; returns their number."""
    table = pq.read_table(source)
    at = table.schema.get_field_index("CustomerID")
    buyers = table.column("CustomerID")
    with pq.ParquetWriter(target, table.schema) as writer:
        for copy in range(copies):
            other = pc.add(buyers, pa.scalar(copy * 100_000, buyers.type))
            writer.write_table(
                table.set_column(at, table.schema.field(at), other),
                row_group_size=100_000,
            )
    return len(table) * copies


def prepared(source: str, target: Path, beam: list[str] | None = None) -> Cost:
    """What `python -m trainer prepare` takes."""
    arguments = ["-m", "trainer", "prepare", "--input", source, "--output", str(target)]
    if beam:
        arguments += ["--beam-pipeline-args", json.dumps(beam)]
    return cost_of(*arguments, out=target.parent)


def cost_of(*arguments: object, out: Path) -> Cost:
    """Runs Python with the arguments; what it prints lies in `said` and `errors`.

    Memory is that of the process that held most, where it starts others.
    """
    start = time.perf_counter()
    with (out / "said").open("w") as said, (out / "errors").open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            cwd=ROOT,
            stdout=said,
            stderr=errors,
        )
        _, status, used = os.wait4(process.pid, 0)
    assert status == 0, (out / "errors").read_text()[-3000:]
    return Cost(
        time.perf_counter() - start,
        used.ru_utime + used.ru_stime,
        used.ru_maxrss * 1024,
    )


def _measures(name: str, cost: Cost) -> list[Measure]:
    return [
        Measure(f"{name}, wall", cost.seconds, "s", None, 1),
        Measure(f"{name}, processors", cost.cpu_seconds, "s", None, 1),
        Measure(f"{name}, most memory", cost.peak_bytes / 2**30, "GiB", None, 1),
    ]


if __name__ == "__main__":
    main()
