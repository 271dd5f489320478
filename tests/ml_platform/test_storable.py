"""Text that a database refuses is replaced, visibly, wherever it stands."""

from collections.abc import Callable
from typing import Any

import pytest

from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.storable import storable
from tests.ml_platform.samples import sample_document


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("plain", "plain"),
        ("a\x00b", "a\ufffdb"),
        ("é\x00", "é\ufffd"),
        ({"k\x00": ["\x00", 1, None, 0.5]}, {"k\ufffd": ["\ufffd", 1, None, 0.5]}),
    ],
)
def test_nul_is_replaced(value: Any, kept: Any) -> None:
    assert storable(value) == kept


def test_half_a_surrogate_pair_is_replaced() -> None:
    assert "\ufffd" in storable("fox \ud83e")
    assert storable("fox 🦊") == "fox 🦊"


def test_a_document_with_such_text_is_cached(
    make_run: Callable[..., QuickTest],
) -> None:
    document = sample_document(3)
    document["metrics"]["a\x00b"] = [1.0, 2.0, 3.0]
    document["params"]["p"] = "x\x00\ud83e"
    assert make_run(document).has_history


def test_a_run_with_such_text_is_created(signed_post: Callable[..., Any]) -> None:
    body = {"name": "a\x00b", "params": {"p\x00": "q\x00"}}
    response = signed_post("/experiments/api/quick-tests/", body)
    assert response.json()["quick_test"]["name"] == "a\ufffdb"
