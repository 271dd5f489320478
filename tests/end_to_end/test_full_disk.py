"""A run whose disk fills up: one line, nothing half-written, what exists is kept."""

import subprocess
from pathlib import Path

import pytest

from tests.support.workplace import Workplace


@pytest.fixture
def disk(tmp_path):
    """Mounts a disk of so many KiB; needs the right to mount."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(kib: int) -> Workplace:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", folder],
            capture_output=True,
            text=True,
        )
        if mounted.returncode != 0:
            pytest.skip(f"no right to mount a small disk: {mounted.stderr.strip()}")
        return Workplace(folder)

    yield mount
    subprocess.run(["umount", "-l", folder], capture_output=True)


def run_small(workplace):
    return workplace.run(
        *["run", "--no-serve", "--epochs", "2", "--data-option", "lines=20000"]
    )


def test_a_model_that_does_not_fit(disk):
    workplace = disk(2048)
    ended = run_small(workplace)
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert "no space left on device; free space on that disk" in ended.stderr
    assert workplace.document()["status"] == "failed"
    assert workplace.document()["epochs"] == [0, 1]
    assert list(workplace.home.rglob("saved_model*")) == []
    assert list(workplace.home.rglob("*temp*")) == []
    assert workplace.processes_left() == []


def test_a_disk_that_holds_nothing_at_all(disk):
    workplace = disk(400)
    ended = run_small(workplace)
    assert ended.returncode != 0
    assert ended.stderr.count("\n") == 1
    assert f"the disk of {workplace.home} is full: free space" in ended.stderr
    assert not list(Path(workplace.home).rglob("training_metrics.json"))
    assert workplace.processes_left() == []
