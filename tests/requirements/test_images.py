"""The images' versions are those of the locks."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_workers_are_started_by_the_program_of_their_own_beam() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    (image,) = re.findall(r"apache/beam_python3\.11_sdk:(\S+)", dockerfile)
    lock = (ROOT / "requirements" / "trainer-tfx116.lock").read_text()
    (locked,) = re.findall(r"^apache-beam==(\S+)", lock, re.M)
    assert locked == image
