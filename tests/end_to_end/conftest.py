"""Runs of the real command line, each in a home folder of its own."""

import pytest

from tests.support.workplace import Workplace

SMALL = [
    *["--epochs", "3", "--batch-size", "256", "--no-serve"],
    *["--data-option", "lines=20000"],
]


@pytest.fixture
def workplace(tmp_path):
    made = Workplace(tmp_path / "home")
    yield made
    made.close()


@pytest.fixture(scope="session")
def generated_run(tmp_path_factory):
    """One finished run on small generated data: its workplace and what was printed."""
    made = Workplace(tmp_path_factory.mktemp("generated") / "home")
    ended = made.run("run", "--name", "small generated", *SMALL)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    yield made, ended
    made.close()
