"""The HTML report: complete, self-contained, and text where text is meant."""

import re

import pytest

from components.report import main, report_html
from training_metrics import MetricsCollector, TrainingMetrics, read_document
from training_metrics.storage import document_uri


@pytest.fixture
def page(completed) -> str:
    return report_html(read_document(document_uri(completed)).document)


def test_it_shows_curves_marks_finals_and_the_protocol(page):
    assert page.count("<svg") == 2
    assert 'class="hollow"' in page  # the NaN
    assert 'class="best"' in page
    for said in ("test_<wbr>recall", "@100", "0.27", "split", "time", "adagrad"):
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


def long_run(epochs_count: int) -> TrainingMetrics:
    """Two towers whose values spread, with every kind of finding and anomaly."""
    epochs = list(range(epochs_count))
    edges = [-4.0, -2.0, -1.0, *[n / 64 for n in range(-60, 61)], 1.0, 2.0, 4.0]
    counts = [[1, 9, *[90] * 122, 9, 1] for _ in epochs]
    statistics = {
        "norm": [1.0] * (epochs_count - 1) + [None],
        "histogram": {"bin_edges": edges, "counts": counts},
    }
    towers = {"query": statistics, "candidate": statistics}
    at = epochs_count - 1
    nan = {"path": "gradient_stats.query.norm", "epoch": at, "kind": "nan"}
    never = [{"path": "metrics.m23", "epoch": epoch, "kind": "nan"} for epoch in epochs]
    return TrainingMetrics.model_validate(
        {
            "available": True,
            "epochs": epochs,
            "loss": {"loss": [1.0] * epochs_count, "val_loss": [2.0] * epochs_count},
            "metrics": {f"m{n}": [float(e % 97) for e in epochs] for n in range(24)},
            "weight_stats": towers,
            "gradient_stats": towers,
            "anomalies": [nan] * 1000 + never,
            "diagnosis": [
                {"kind": "gradient_collapse", "tower": "query", "epoch": 1},
                {"kind": "overfitting_onset", "series": "val_loss", "epoch": 1},
                {"kind": "best_epoch", "series": "m0", "epoch": 1, "value": 1.0},
                {"kind": "nan_onset", "series": "loss", "epoch": at},
                {
                    "kind": "nan_onset",
                    "variable": "query_tower/query_buyer/embedding:0",
                    "epoch": 2,
                },
            ],
        }
    )


def test_findings_stand_in_the_curves_that_they_are_about():
    page = report_html(long_run(4))
    figure = dict(re.findall(r"<figcaption>(.*?)</figcaption>(.*?)</figure>", page))
    assert "collapse of query, epoch 1" in figure["Gradient norm, L2"]
    assert "NaN of …ry_buyer/embedding:0, epoch 2" in figure["Gradient norm, L2"]
    assert 'class="hollow"' in figure["Gradient norm, L2"]
    assert "overfitting of val_loss, epoch 1" in figure["Loss"]
    assert "NaN of loss, epoch 3" in figure["Loss"]
    assert 'class="best"' in figure["m0"]
    assert 'class="best"' not in figure["m1"]


def test_each_tower_has_its_ridgelines_of_weights_and_of_gradients():
    page = report_html(long_run(4))
    for tower in ("query", "candidate"):
        for word in ("Weights", "Gradients"):
            assert f"{word} of {tower}, ridgeline of epochs 0 to 3" in page


def test_ten_thousand_epochs_with_all_that_is_drawn_stay_below_300_kilobytes():
    page = report_html(long_run(10_000))
    assert len(page.encode()) < 300_000
    assert "16 of 10000 epochs" in page
    assert "NaN 1,000 times, epoch 9999" in page


def test_a_run_of_nothing_but_nan_stays_below_300_kilobytes():
    names = [f"m{n}" for n in range(24)]
    document = TrainingMetrics.model_validate(
        {
            "available": True,
            "epochs": list(range(10_000)),
            "metrics": {name: [None] * 10_000 for name in names},
            "anomalies": [
                {"path": f"metrics.{name}", "epoch": epoch, "kind": "nan"}
                for name in names
                for epoch in range(10_000)
            ],
        }
    )
    page = report_html(document)
    assert page.count('class="hollow"') == 24
    assert len(page.encode()) < 300_000


def test_the_command_makes_the_page_of_a_document(completed, tmp_path, page):
    output = tmp_path / "out.html"
    assert main([document_uri(completed), str(output)]) == 0
    assert output.read_text() == page


@pytest.mark.parametrize(
    ("place", "output", "said"),
    [("none.json", "out.html", "no document here"), (None, "no/out.html", "No such")],
)
def test_the_command_says_in_one_line_what_it_cannot(
    completed, tmp_path, monkeypatch, capsys, place, output, said
):
    monkeypatch.chdir(tmp_path)
    assert main([place or document_uri(completed), output]) == 2
    told = capsys.readouterr().err
    assert told.startswith("report: ") and said in told
    assert told.count("\n") == 1
    assert not (tmp_path / output).exists()


def test_lists_and_switches_are_told_in_words(tmp_path):
    with MetricsCollector(str(tmp_path)) as collector:
        collector.log_params({"features": ["country", "<words>"], "is_on": True})
        collector.log_metrics({"loss": 1.0}, 0)
        collector.save()
    page = report_html(read_document(document_uri(str(tmp_path))).document)
    assert "<td>country, &lt;words&gt;</td>" in page
    assert "<th>is_<wbr>on</th><td>yes</td>" in page
