"""The images: their versions are those of the locks, and their steps really run.

No container engine is needed: a target's `RUN` steps are read from the Dockerfile and
run in a folder that holds what `COPY . .` would copy, with an environment of its own.
What only changes the operating system (apt-get, useradd) is left out, and so is
compiling every module, which takes minutes and changes nothing but the time of a start.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from components.credentials import SharedSecret
from components.delivery import deliver
from pipelines.runs import create_run
from tests.support.gcs import BUCKET, binary, serve_gcs
from training_metrics.notification import Notification

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OF_THE_SYSTEM = ("apt-get ", "rm -rf /var/lib/apt/lists/", "useradd ")
# Where packages come from is the machine's own business.
REGISTRY = ("PIP_", "UV_", "SSL_CERT_", "REQUESTS_CA_BUNDLE", "HTTPS_PROXY")


def test_workers_are_started_by_the_program_of_their_own_beam() -> None:
    (image,) = re.findall(r"apache/beam_python3\.11_sdk:(\S+)", DOCKERFILE)
    lock = (ROOT / "requirements" / "trainer-tfx116.lock").read_text()
    (locked,) = re.findall(r"^apache-beam==(\S+)", lock, re.M)
    assert locked == image


def stages() -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """Each stage's base and its instructions."""
    found: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    for line in DOCKERFILE.replace("\\\n", " ").splitlines():
        word, _, rest = line.strip().partition(" ")
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            found[name] = (base, [])
        elif word and not word.startswith("#"):
            found[name][1].append((word, rest))
    return found


def instructions(target: str) -> list[tuple[str, str]]:
    """All that builds a target, its bases' first."""
    base, own = stages()[target]
    return [*(instructions(base) if base in stages() else []), *own]


class Image:
    """A folder in the place of an image's `/trackless`, and what has been run there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.done: list[str] = []

    def environment(self, target: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if k.startswith(REGISTRY)}
        variables = {"HOME": os.environ["HOME"], "PATH": "/usr/local/bin:/usr/bin:/bin"}
        for word, rest in instructions(target):
            for name, value in re.findall(
                r"(\w+)=(\S+)", rest if word == "ENV" else ""
            ):
                here = value.replace("/trackless", str(self.folder))
                variables[name] = here.replace("$PATH", variables["PATH"])
        del variables["UV_COMPILE_BYTECODE"]
        return kept | variables

    def build(self, target: str) -> None:
        """Runs the target's steps that have not been run for another one."""
        for word, rest in instructions(target):
            for step in rest.split(" && ") if word == "RUN" else []:
                step = " ".join(step.split())
                if step not in self.done and not step.startswith(OF_THE_SYSTEM):
                    self.run(target, step)
                    self.done.append(step)

    def run(self, target: str, command: str, **variables: str) -> str:
        python = shutil.which("python3", path="/usr/local/bin:/usr/bin")
        command = command.replace("/usr/local/bin/python3", str(python))
        ended = subprocess.run(
            ["sh", "-c", command],
            cwd=self.folder,
            env=self.environment(target) | variables,
            capture_output=True,
            text=True,
        )
        assert ended.returncode == 0, f"{command}\n{ended.stdout}\n{ended.stderr}"
        return ended.stdout

    @contextmanager
    def started(
        self, target: str, log: Path, **variables: str
    ) -> Iterator["subprocess.Popen[bytes]"]:
        """Runs the target's own command until the block ends."""
        (command,) = [rest for word, rest in instructions(target) if word == "CMD"]
        with log.open("wb") as stream:
            process = subprocess.Popen(
                json.loads(command),
                cwd=self.folder,
                env=self.environment(target) | variables,
                stderr=stream,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> Image:
    folder = tmp_path_factory.mktemp("image") / "trackless"
    ignored = (ROOT / ".dockerignore").read_text().split()
    shutil.copytree(
        ROOT,
        folder,
        ignore=shutil.ignore_patterns(*[name.removeprefix("**/") for name in ignored]),
    )
    return Image(folder)


@pytest.mark.parametrize(
    ("target", "use"),
    [
        (
            "components",
            "python -c 'import components.finish_run, components.train_two_tower'",
        ),
        ("trainer", "$TRACKLESS_TRAINER_PYTHON -m trainer check --params '{}'"),
        ("trainer", "python -c 'import components.train_two_tower'"),
        ("django", "gunicorn --check-config ml_platform.wsgi"),
    ],
)
def test_the_steps_of_an_image_make_what_its_role_runs(image, target, use):
    image.build(target)
    image.run(target, use)


def until(what: str, holds: Callable[[], bool]) -> None:
    """Waits for something that happens soon, however slow the machine is."""
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=10).status_code == 200
    except requests.ConnectionError:
        return False


@pytest.mark.skipif(binary() is None, reason="no GCS emulator: `make setup` brings it")
def test_the_django_image_answers_what_it_has_begun_before_it_stops(image, tmp_path):
    """Its own command serves; a notification outlives the order to stop."""
    image.build("django")
    log = tmp_path / "log"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    site, secret = f"http://127.0.0.1:{port}", "the-secret-of-the-images-test-is-long"
    with serve_gcs() as gcs:
        variables = {
            "PORT": str(port),
            "TRACKLESS_HOME": str(tmp_path),
            "TRACKLESS_ARTIFACT_ROOT": f"gs://{BUCKET}",
            "TRACKLESS_NOTIFY_SECRET": secret,
            "STORAGE_EMULATOR_HOST": gcs.url,
        }
        image.run("django", "python manage.py migrate", **variables)
        with image.started("django", log, **variables) as gunicorn:
            for path in ("/healthz", "/readyz"):
                until(path, lambda path=path: answers(site + path))
            page = requests.get(f"{site}/experiments/", timeout=30).text
            assert answers(site + re.findall(r'href="(/static/\S+\.css)"', page)[0])
            run = create_run(f"{site}/experiments", secret, name="first", params={})
            example = ROOT / "tests" / "training_metrics" / "example.json"
            gcs.store(
                f"{run.artifacts_uri.removeprefix(f'gs://{BUCKET}/')}"
                "/training_metrics.json",
                example.read_bytes(),
            )

            def stop() -> None:
                gunicorn.send_signal(signal.SIGTERM)
                # Of its two workers the one that has nothing to do.
                until("no worker ends", lambda: "Worker exiting" in log.read_text())

            gcs.before["GET"] = stop  # while Django reads the document
            told = Notification(
                quick_test_id=run.id,
                artifacts_uri=run.artifacts_uri,
                status="completed",
            )
            delivery = deliver(told, f"{site}/experiments", SharedSecret(secret))
            assert delivery.delivered, delivery.message
            assert gunicorn.wait(60) == 0
