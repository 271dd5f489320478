"""The canonical text, pinned by the contract's example."""

import json
from pathlib import Path

import pytest

from training_metrics.document import TrainingMetrics
from training_metrics.errors import StoreConflict
from training_metrics.reading import from_bytes, read_document
from training_metrics.writing import to_bytes, write_document

EXAMPLE = Path(__file__).with_name("example.json").read_bytes()


def document(**members):
    members = {"available": bool(members.get("epochs"))} | members
    return TrainingMetrics.model_validate(members)


def test_the_contracts_example_is_what_we_write():
    read, findings = from_bytes(EXAMPLE, "example.json")
    assert findings == []
    assert to_bytes(read) == EXAMPLE


def test_unknown_keys_survive_at_every_level():
    raw = json.loads(EXAMPLE)
    raw["new"] = {"deep": [1, None, "é"]}
    raw["weight_stats"]["query"]["new"] = "text"
    raw["weight_stats"]["query"]["quantile_9"] = [1, 2, None, 4.5]
    raw["weight_stats"]["query"]["histogram"]["new"] = 1
    raw["anomalies"][0]["new"] = None
    raw["diagnosis"][0]["new"] = []
    raw["error"]["new"] = 0.5
    read, findings = from_bytes(json.dumps(raw).encode(), "raw.json")
    assert findings == []
    assert json.loads(to_bytes(read)) == raw


def test_final_metrics_keep_float64():
    text = to_bytes(document(final_metrics={"test_loss": 0.1 + 0.2})).decode()
    assert '"final_metrics": {"test_loss": 0.30000000000000004}' in text


def test_a_nan_can_not_be_written():
    with pytest.raises(ValueError, match="finite number"):
        document(epochs=[0], loss={"loss": [float("nan")]})


def test_writing_over_another_generation_is_refused(tmp_path):
    place = str(tmp_path / "training_metrics.json")
    first = write_document(document(), place, 0)
    assert read_document(place).generation == first.generation
    with pytest.raises(StoreConflict, match="generation 0 was expected"):
        write_document(document(), place, 0)


@pytest.mark.parametrize(
    ("members", "text"),
    [
        (
            {"epochs": [0, 1], "loss": {"a": [1.0]}},
            r"not one entry per epoch \(2\): loss.a",
        ),
        ({"epochs": [1, 1]}, "epochs must strictly increase"),
        ({"epochs": [0], "available": False}, "available is False, epochs 1"),
        ({"schema_version": "2.0"}, "String should match pattern"),
        (
            {
                "weight_stats": {
                    "q": {"histogram": {"bin_edges": [0, 1], "counts": [[1, 2]]}}
                }
            },
            "every row of counts must have 1 bins",
        ),
        (
            {"weight_stats": {"q": {"histogram": {"bin_edges": [1, 1], "counts": []}}}},
            "two or more increasing numbers",
        ),
    ],
)
def test_a_document_that_breaks_a_promise_can_not_be_made(members, text):
    with pytest.raises(ValueError, match=text):
        document(**members)
