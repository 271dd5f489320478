"""The HTML report: complete, self-contained, and text where text is meant."""

import re

import pytest

from components.report import report_html
from training_metrics import TrainingMetrics, read_document
from training_metrics.storage import document_uri


@pytest.fixture
def page(completed) -> str:
    return report_html(read_document(document_uri(completed)).document)


def test_it_shows_curves_marks_finals_and_the_protocol(page):
    assert page.count("<svg") == 2
    assert 'class="hollow"' in page  # the NaN
    assert 'class="best"' in page
    for said in ("test_recall_at_100", "0.27", "split", "time", "adagrad"):
        assert said in page


def test_it_needs_no_script_and_no_other_file(page):
    assert not re.search(r"<script|<link|src=|href=|url\(|@import", page)


def test_what_a_user_wrote_is_text(page):
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_run_without_an_epoch_says_so():
    assert "No epoch was recorded" in report_html(TrainingMetrics.model_validate({}))


def test_a_long_run_stays_below_300_kilobytes():
    epochs = list(range(10_000))
    series = {f"m{n}": [float(e % 97) for e in epochs] for n in range(140)}
    document = TrainingMetrics.model_validate(
        {"available": True, "epochs": epochs, "metrics": series}
    )
    page = report_html(document)
    assert len(page.encode()) < 300_000
    assert "116 more series are in the document" in page
