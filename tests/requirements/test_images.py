"""The images: their versions are those of the locks, and their steps really run.

No container engine is needed: a target's `RUN` steps are read from the Dockerfile and
run in a folder that holds what `COPY . .` would copy, with an environment of its own.
What only changes the operating system (apt-get, useradd) is left out.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

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
        return kept | variables

    def build(self, target: str) -> None:
        """Runs the target's steps that have not been run for another one."""
        for word, rest in instructions(target):
            for step in rest.split(" && ") if word == "RUN" else []:
                step = " ".join(step.split())
                if step not in self.done and not step.startswith(OF_THE_SYSTEM):
                    self.run(target, step)
                    self.done.append(step)

    def run(self, target: str, command: str) -> str:
        python = shutil.which("python3", path="/usr/local/bin:/usr/bin")
        command = command.replace("/usr/local/bin/python3", str(python))
        ended = subprocess.run(
            ["sh", "-c", command],
            cwd=self.folder,
            env=self.environment(target),
            capture_output=True,
            text=True,
        )
        assert ended.returncode == 0, f"{command}\n{ended.stdout}\n{ended.stderr}"
        return ended.stdout


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
