"""What a server process has done before its first request."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VIEWS = "ml_platform.experiments.api.reading"
LOADED = f"import sys, ml_platform.wsgi; print({VIEWS!r} in sys.modules)"


def test_the_views_are_loaded_before_a_request() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout == "True\n", done.stderr
