"""What every test shares: where the repository is, and Django's settings module.

Tests under `tests/trainer` run in `.venv-trainer`, all others in `.venv`.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ml_platform.settings")
