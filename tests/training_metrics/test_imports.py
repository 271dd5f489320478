"""The room's weight: what importing it brings into a process."""

import subprocess
import sys

_HEAVY = (
    "tensorflow",
    "django",
    "kfp",
    "google.cloud.storage",
    "pandas",
    "pyarrow",
    "requests",
)


def test_importing_brings_no_framework_and_no_cloud_client():
    code = f"""
import sys, training_metrics.cli, training_metrics.notification
print([name for name in {_HEAVY!r} if name in sys.modules])
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.strip() == "[]", run.stderr
