"""What the pipeline itself costs: a whole local run less the training that it is for.

Claim: outside training and one import of TFX, a local run takes at most 20 s; and the
supervisor, which lives as long as the training, never holds more than 150 MB.

    python benchmarks/pipeline.py [--repeats N] [--json]

Each repeat is the real `trackless run` on small generated data in a home of its own.
The train step is the import and the training: what is left is the pipeline's, with
Beam's import and the data in the prepare step. The processor's time of the same says
what the wall time would be on a machine with nothing else to do.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from measuring import Measure, report, seconds

ROOT = Path(__file__).resolve().parent.parent
TRACKLESS = Path(sys.executable).with_name("trackless")
TRAINER = os.environ.get("TRACKLESS_TRAINER_PYTHON") or str(
    ROOT / ".venv-trainer" / "bin" / "python"
)
PACKAGES = ["kfp", "pydantic", "google-cloud-storage", "Django"]
RUN = ["run", "--no-serve", "--epochs", "3", "--batch-size", "512"]
SMALL = ["--data-option", "lines=12000"]
IMPORT = "import os; os.environ['TF_USE_LEGACY_KERAS'] = '1'; " + (
    "import tfx.components.trainer.executor"
)
STEPS = {
    "Prepare data": "prepare",
    "Train two-tower model": "train",
    "Persist training metrics": "persist",
    "Notify Django": "notify",
}
_POLL_SECONDS = 0.05


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    runs = [measure() for _ in range(asked.repeats)]
    imports = [seconds(import_tfx) for _ in range(asked.repeats)]
    least = {name: min(run[name] for run in runs) for name in runs[0]}
    rest = [run["whole"] - run["train"] for run in runs]
    own = [run["whole"] - run["train"] - run["prepare"] for run in runs]
    worked = [run["cpu"] - run["train_cpu"] for run in runs]
    measures = [
        Measure(f"step {word}", least[word], "s", None, asked.repeats)
        for word in STEPS.values()
    ]
    measures += [
        Measure("whole command", least["whole"], "s", None, asked.repeats),
        Measure("one import of TFX", min(imports), "s", None, asked.repeats),
        Measure("command, Django, KFP", min(own), "s", None, asked.repeats),
        Measure("whole less the train step", min(rest), "s", "<= 20", asked.repeats),
        Measure("the same, processor's time", min(worked), "s", None, asked.repeats),
        Measure(
            "peak memory of the supervisor",
            max(run["supervisor"] for run in runs),
            "MB",
            "<= 150",
            asked.repeats,
        ),
    ]
    report(measures, PACKAGES, asked.json)


def import_tfx() -> None:
    """The floor of a trainer's start."""
    subprocess.run([TRAINER, "-c", IMPORT], check=True, capture_output=True)


def measure() -> dict[str, float]:
    """One run: seconds of each step and of the whole, megabytes of the supervisor."""
    before = children_seconds()
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "TRACKLESS_HOME": home}
        began = time.perf_counter()
        process = subprocess.Popen(
            [TRACKLESS, *RUN, *SMALL],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        watch = Watch(home, process)
        watch.start()
        said, _ = process.communicate()
        whole = time.perf_counter() - began
        watch.join()
    if process.returncode:
        sys.exit(f"the run failed:\n{said}")
    found = {word: step_seconds(said, title) for title, word in STEPS.items()}
    found |= {"whole": whole, "cpu": children_seconds() - before}
    return found | {"supervisor": watch.peak_mb, "train_cpu": watch.train_seconds}


def children_seconds() -> float:
    """The processor's time of all processes that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def step_seconds(said: str, title: str) -> float:
    """What the closing table says of a step."""
    matched = re.search(rf"^{re.escape(title)} +([\d.]+) s", said, re.M)
    assert matched, f"no {title} in:\n{said}"
    return float(matched[1])


class Watch(threading.Thread):
    """Looks for the trainer and its parent while the command runs.

    Attributes:
        peak_mb: The kernel's own high-water mark of the parent's resident memory.
        train_seconds: The processor's time of the trainer in the train step.
    """

    def __init__(self, home: str, process: subprocess.Popen[str]) -> None:
        super().__init__(daemon=True)
        self.peak_mb = 0.0
        self.train_seconds = 0.0
        self._home = home
        self._process = process

    def run(self) -> None:
        """Reads what `/proc` says as long as the command runs."""
        supervisors: set[str] = set()
        while self._process.poll() is None:
            supervisors |= self._supervisors()
            peaks = [peak_mb(supervisor) for supervisor in supervisors]
            self.peak_mb = max(self.peak_mb, *peaks, 0.0)
            time.sleep(_POLL_SECONDS)

    def _supervisors(self) -> set[str]:
        found = set()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if self._home.encode() not in (folder / "environ").read_bytes():
                    continue
                command = (folder / "cmdline").read_text().split("\0")
                if command[1:3] == ["-m", "trainer"] and command[3] != "check":
                    found.add(parent(folder))
                    if command[3] == "train":
                        self.train_seconds = cpu_seconds(folder)
            except OSError:
                continue
        return found


def parent(folder: Path) -> str:
    """The process id of a process's parent."""
    return (folder / "stat").read_text().rpartition(")")[2].split()[1]


def cpu_seconds(folder: Path) -> float:
    """The processor's time of a process and of its children that have ended."""
    used = (folder / "stat").read_text().rpartition(")")[2].split()[11:15]
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


def peak_mb(pid: str) -> float:
    """The high-water mark of a process; 0 where it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    matched = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(matched[1]) * 1024 / 1e6 if matched else 0.0


if __name__ == "__main__":
    main()
