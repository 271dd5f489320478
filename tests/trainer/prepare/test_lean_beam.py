"""What a preparation in one process imports, seen in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.gcs import BUCKET, Gcs, binary

PROGRAM = """
import sys
from trainer.cli import main
code = main(["prepare", *sys.argv[1:], "--options", '{"lines": 500, "shards": 1}'])
names = ("IPython", "pandas", "pymongo", "google.cloud.storage")
print("imported:", *[name for name in names if sys.modules.get(name)])
sys.exit(code)
"""


def imported(output: str) -> str:
    """Prepares generated lines there; the connectors that were imported for it."""
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, "--output", output],
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.partition("imported:")[2].strip()


def test_a_local_preparation_imports_no_connector(tmp_path: Path) -> None:
    assert imported(str(tmp_path / "out")) == ""
    assert (tmp_path / "out" / "dataset.json").exists()


@pytest.mark.skipif(binary() is None, reason="no GCS emulator: `make setup` brings it")
def test_one_into_a_bucket_imports_googles_alone(gcs: Gcs) -> None:
    assert imported(f"gs://{BUCKET}/lean") == "google.cloud.storage"
    assert gcs.stored("lean/dataset.json")
