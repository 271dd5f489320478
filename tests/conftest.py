"""What every test shares: where the repository is, and Django's settings module.

Tests under `tests/trainer` run in `.venv-trainer`, all others in `.venv`. Nothing that
a test run makes lands in the clone: `TRACKLESS_HOME` is a temporary folder.
"""

import os
import signal
import tempfile

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ml_platform.settings")
os.environ["TRACKLESS_HOME"] = tempfile.mkdtemp(prefix="trackless-tests-")

# A shell's background job ignores Ctrl-C, and so would all that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)
