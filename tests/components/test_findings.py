"""What a run's diagnosis and anomalies say, in sentences with units."""

import re

import pytest

from components.findings import anomalies_section, diagnosis_section
from training_metrics.document import Anomaly, Diagnosis


def sentences(html: str) -> list[str]:
    """The text of each row."""
    rows = re.findall(r"<tr>(.*?)</tr>", html)
    return [re.sub("<.*?>", " ", row.replace("<wbr>", "")).strip() for row in rows]


@pytest.mark.parametrize(
    ("finding", "sentence"),
    [
        (
            {"kind": "best_epoch", "series": "val_loss", "epoch": 4, "value": 2.5},
            "Best epoch 4: val_loss is 2.5.",
        ),
        (
            {"kind": "gradient_collapse", "tower": "query", "epoch": 3, "value": 1e-9},
            "The gradient of query collapsed in epoch 3: its L2 norm fell to 1e-09.",
        ),
        (
            {
                "kind": "overfitting_onset",
                "series": "val_loss",
                "epoch": 5,
                "value": 2.75,
            },
            "Overfitting: val_loss stays above its least from epoch 5 on, where it is "
            "2.75.",
        ),
        (
            {"kind": "nan_onset", "series": "loss", "epoch": 2},
            "Not finite for the first time in epoch 2: loss.",
        ),
        (
            {"kind": "nan_onset", "variable": "query/kernel", "epoch": 0, "step": 17},
            "Not finite for the first time in epoch 0, step 17: the gradient of "
            "query/kernel.",
        ),
        ({"kind": "my_own", "epoch": 1, "by": "me"}, "My own: epoch 1, by me."),
        ({"kind": "best_epoch"}, "Best epoch –: – is –."),
    ],
)
def test_a_finding_is_a_sentence(finding, sentence):
    html = diagnosis_section([Diagnosis.model_validate(finding)])
    assert sentences(html) == [sentence]


def test_what_a_writer_put_into_a_finding_is_text():
    finding = Diagnosis.model_validate({"kind": "<b>", "series": "<script>"})
    html = diagnosis_section([finding])
    assert "<b>" not in html and "<script>" not in html


def test_anomalies_are_counted_by_series_and_kind():
    found = [
        {"path": "loss.loss", "epoch": 3, "kind": "nan"},
        {"path": "loss.loss", "epoch": 7, "kind": "nan"},
        {"path": "loss.loss", "epoch": 5, "kind": "+inf"},
        {"path": "params.x", "epoch": None, "kind": "not_json"},
    ]
    html = anomalies_section(Anomaly.model_validate(one) for one in found)
    assert sentences(html) == [
        "loss.loss  NaN 2 times, epochs 3 to 7",
        "loss.loss  +Inf once, epoch 5",
        "params.x  not json once",
    ]


def test_nothing_found_is_no_section():
    assert diagnosis_section([]) == anomalies_section([]) == ""
