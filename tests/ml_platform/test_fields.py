"""A cached history is written faster, and reads back as what it was."""

import json
from typing import Any

import pytest
from django.db import models
from hypothesis import given
from hypothesis import strategies as st

from ml_platform.experiments.fields import HistoryField
from ml_platform.experiments.models import QuickTest

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
PLAIN = st.none() | st.booleans() | st.integers() | TEXT
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    PLAIN | NUMBERS, lambda one: st.lists(one) | st.dictionaries(TEXT, one)
)


@given(VALUES)
def test_what_is_written_reads_back_as_what_it_was(value: Any) -> None:
    """Whole numbers beyond 64 bits, −0.0 and the order of names, too."""
    written = json.dumps(value, cls=HistoryField().encoder)
    assert json.dumps(json.loads(written)) == json.dumps(value)


def test_to_migrations_it_is_any_json_field() -> None:
    _, path, arguments, options = HistoryField(null=True).deconstruct()
    assert (path, arguments, options) == (
        "django.db.models.JSONField",
        [],
        {"null": True},
    )
    assert isinstance(HistoryField(), models.JSONField)


@pytest.mark.django_db
def test_nothing_cached_stays_nothing() -> None:
    run = QuickTest.objects.create(number=1, name="n", training_history_json=None)
    assert QuickTest.objects.filter(
        pk=run.pk, training_history_json__isnull=True
    ).exists()
