"""The room's weight: what importing it brings into a process."""

import subprocess
import sys

import pytest

import training_metrics

_HEAVY = (
    "tensorflow",
    "django",
    "kfp",
    "google.cloud.storage",
    "pandas",
    "pyarrow",
    "requests",
)


def imported(names: tuple[str, ...], modules: str) -> str:
    code = f"import sys, {modules}; print([n for n in {names!r} if n in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def test_importing_brings_no_framework_and_no_cloud_client():
    modules = "training_metrics.cli, training_metrics.notification"
    assert imported(_HEAVY, modules) == "[]"


def test_reading_and_signing_do_without_numpy():
    modules = "training_metrics.reading, training_metrics.notification"
    assert imported(("numpy",), modules) == "[]"


@pytest.mark.parametrize("name", training_metrics.__all__)
def test_a_public_name_is_there_when_it_is_asked_for(name):
    assert name in dir(training_metrics)
    assert getattr(training_metrics, name).__name__ == name


def test_a_name_that_is_not_public_is_refused_as_python_does():
    with pytest.raises(AttributeError, match="'training_metrics' has no attribute"):
        _ = training_metrics.nonsense
