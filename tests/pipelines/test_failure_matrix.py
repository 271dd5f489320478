"""docs/when-a-step-fails.md names tests that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MATRIX = (ROOT / "docs" / "when-a-step-fails.md").read_text()
NAMED = sorted(set(re.findall(r"`(tests/\S+\.py)::(\w+)`", MATRIX)))


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_row_s_test_exists(file, name):
    assert f"def {name}(" in (ROOT / file).read_text()


def test_every_row_names_one():
    table = MATRIX.partition("## What to do")[0]
    rows = re.findall(r"^\| (?!what fails)\S.*\|$", table, re.M)
    assert len(rows) >= 15
    for row in rows:
        assert "::test_" in row or row.endswith("| the same |"), row
