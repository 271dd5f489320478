"""The same preparation as a Dataflow job: from a bucket, by other processes, to it."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.dataflow import JOB, Dataflow, serve_dataflow
from tests.support.gcs import BUCKET, Gcs, binary, serve_gcs
from tests.support.service_account import write_key
from trainer.errors import DataError
from trainer.prepare import beam_options, options
from trainer.prepare.preparation import prepare

Command = Callable[..., subprocess.Popen[str]]

pytestmark = pytest.mark.skipif(
    binary() is None, reason="no GCS emulator: `make setup` brings it"
)


@pytest.fixture(scope="module")
def gcs() -> Iterator[Gcs]:
    with serve_gcs() as server:
        yield server


@pytest.fixture
def dataflow(gcs: Gcs) -> Iterator[Dataflow]:
    with serve_dataflow(gcs) as (service, _):
        yield service


@pytest.fixture
def command(
    gcs: Gcs, dataflow: Dataflow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Starts `trainer prepare` with a Google that is all on loopback.

    The service's workers inherit the same environment.
    """
    write_key(tmp_path / "key.json", f"{dataflow.url}/token")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", gcs.url)

    def start(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "trainer", "prepare", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


def test_a_dataflow_job_gives_what_one_process_gives(
    command: Command, gcs: Gcs, dataflow: Dataflow, tmp_path: Path
) -> None:
    chosen = {"lines": 4000, "buyers": 60, "products": 120, "shards": 2}
    image = "region-docker.pkg.dev/shop/trackless/python-trainer:0.1.0"
    process = command(
        *["--output", f"/gcs/{BUCKET}/examples", "--options", json.dumps(chosen)],
        *["--beam-pipeline-args", dataflow.options(f"--sdk_container_image={image}")],
    )
    said, errors = process.communicate(timeout=180)

    assert process.returncode == 0, said + errors + dataflow.error
    assert f"Beam job {JOB}" in said
    pool = dataflow.job["environment"]["workerPools"][0]
    assert pool["sdkHarnessContainerImages"][0]["containerImage"] == image
    alone = prepare("", {}, str(tmp_path / "alone"), 1, options.Options(**chosen))
    made = json.loads(gcs.stored("examples/dataset.json"))
    assert made == alone
    assert sorted(gcs.list("examples/")) == sorted(
        f"examples/{file.relative_to(tmp_path / 'alone')}"
        for file in (tmp_path / "alone").rglob("*.*")
    )


def test_a_worker_s_refusal_is_told_in_one_line_and_nothing_stays(
    command: Command, gcs: Gcs, dataflow: Dataflow
) -> None:
    gcs.store("two.csv", b"buyer,product,time\nA,x,2024-01-01\nB,y,2024-01-02\n")
    process = command(
        *["--input", f"gs://{BUCKET}/two.csv", "--output", f"gs://{BUCKET}/refused"],
        *["--beam-pipeline-args", dataflow.options()],
    )
    _, errors = process.communicate(timeout=180)

    assert process.returncode == 1
    last = errors.splitlines()[-1]
    assert last.startswith("trainer: the Beam job did not succeed: ")
    assert "2 usable lines at 2 distinct times" in last
    assert gcs.list("refused/") == []


def test_sigterm_cancels_the_job_and_removes_what_was_written(
    command: Command, gcs: Gcs, dataflow: Dataflow
) -> None:
    dataflow.runs = False
    process = command(
        *["--output", f"gs://{BUCKET}/stopped", "--options", '{"lines": 500}'],
        *["--beam-pipeline-args", dataflow.options()],
    )
    for line in process.stdout:
        if "Beam job" in line:
            process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)

    assert process.returncode == 128 + signal.SIGTERM
    assert "ended by signal 15 (SIGTERM)" in errors.splitlines()[-1]
    assert dataflow.state == "JOB_STATE_CANCELLED"
    assert gcs.list("stopped/") == []


def test_what_workers_cannot_reach_is_refused(
    dataflow: Dataflow, tmp_path: Path
) -> None:
    beam = beam_options.parse(dataflow.options())
    with pytest.raises(DataError, match="out: the output is on this machine"):
        prepare("", {}, str(tmp_path / "out"), 1, options.parse(""), beam)
    with pytest.raises(DataError, match=r"a\.csv: the input is on this machine"):
        prepare("a.csv", {}, f"gs://{BUCKET}/x", 1, options.parse(""), beam)
