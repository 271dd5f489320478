"""Properties of reading and writing over generated and mutated documents.

`--hypothesis-profile thorough` runs 10,000 documents instead of 2,000.
"""

import json

import numpy as np
import pytest
from hypothesis import given, settings

from tests.training_metrics.documents import documents

pytest.importorskip("jsonschema")

from tests.training_metrics import fuzz, fuzz_journal
from training_metrics.reading import from_bytes
from training_metrics.writing import to_bytes

MANY = settings(max_examples=max(500, settings.default.max_examples), deadline=None)


SERIES = {"loss", "gradient", "metrics", "weight_stats", "gradient_stats"}


def as_float32(value):
    """The same value with every number rounded to float32, counts as they are."""
    if isinstance(value, dict):
        return {k: v if k == "counts" else as_float32(v) for k, v in value.items()}
    if isinstance(value, list):
        return [as_float32(item) for item in value]
    return float(np.float32(value)) if isinstance(value, (int, float)) else value


@MANY
@given(documents())
def test_a_document_reads_back_as_it_was_written(raw):
    """No finding, no change of a float32, schema-valid, and the same bytes again."""
    document, findings = from_bytes(json.dumps(raw).encode(), "f.json")
    assert findings == []
    text = to_bytes(document)
    written = fuzz.strict(text)
    fuzz.VALIDATOR.validate(written)
    for key, value in raw.items():
        same = as_float32 if key in SERIES else lambda part: part
        assert same(written[key]) == same(value)
    again, left = from_bytes(text, "again.json")
    assert (left, to_bytes(again)) == ([], text)


def test_mutated_documents_are_read_or_refused():
    seen = fuzz.fuzz(seed=1, seconds=60, inputs=1500)
    assert seen["refused"] > 100 and seen["findings"] > 100 and seen["valid"] > 10


def test_mutated_journals_are_recovered_or_refused():
    seen = fuzz_journal.fuzz(seed=1, seconds=60, inputs=300)
    assert seen["refused"] > 10 and seen["findings"] > 100 and seen["whole"] > 50
