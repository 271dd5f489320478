"""The room's own tests once more, on PostgreSQL."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ml_platform.postgres import needs_postgres, postgres

pytestmark = [pytest.mark.postgres, pytest.mark.slow, needs_postgres]

HERE = Path(__file__).parent
FILES = (
    "test_api_compare.py",
    "test_api_creation.py",
    "test_api_notification.py",
    "test_api_reading.py",
    "test_api_tokens.py",
    "test_commands.py",
    "test_database_dropped.py",
    "test_experiments.py",
    "test_pages.py",
    "test_queries.py",
    "test_rankings.py",
    "test_run_columns.py",
    "test_reconciling.py",
    "test_retention.py",
    "test_run_list.py",
    "test_storable.py",
    "test_training_cache.py",
)


def test_what_touches_the_database_passes_on_postgresql() -> None:
    with postgres() as url:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *(str(HERE / f) for f in FILES)],
            cwd=HERE.parents[1],
            env=os.environ | {"DATABASE_URL": url},
            capture_output=True,
            text=True,
        )
    assert done.returncode == 0, done.stdout[-4000:]
    assert " passed" in done.stdout
