"""The compare page in Chromium: one line a run, on true epochs, in its own colour."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from ml_platform.experiments.models import QuickTest
from tests.ml_platform.browser import becomes, needs_chromium
from tests.ml_platform.samples import sample_document

pytestmark = [
    pytest.mark.browser,
    needs_chromium,
    pytest.mark.django_db(transaction=True),
]
MakeRun = Callable[..., QuickTest]

SERIES = """
() => document.querySelector("[data-compare-chart] [data-plot]").lineChart.series.map(
  ({ label, color, dash, values, setsAxis }) =>
    ({ label, color, dash: dash ?? null, first: values[0] ?? null, setsAxis,
       known: values.filter((value) => value != null).length }))
"""


def test_runs_of_different_length_and_numbering_keep_their_epochs(
    watched: Callable, make_run: MakeRun
) -> None:
    from_one = make_run(sample_document(20), name="from one")
    from_zero = make_run(sample_document(12, first_epoch=0, seed=2), name="from zero")
    ids = f"{from_one.pk},{from_zero.pk}"
    page = watched().open(f"/experiments/compare/?ids={ids}")
    lines = page.evaluate(SERIES)
    assert [(line["label"], line["color"]) for line in lines] == [
        ("A", "c1"),
        ("B", "c2"),
    ]
    assert [line["known"] for line in lines] == [20, 12]
    # Epoch 0 exists in the second run only.
    assert lines[0]["first"] is None
    assert lines[1]["first"] is not None
    assert "Epochs are numbered from [0, 1]" in page.locator(".strip").inner_text()


def test_another_protocol_is_dashed_and_leaves_the_axis_alone(
    watched: Callable, make_run: MakeRun
) -> None:
    other = sample_document(20, seed=3)
    other["run"]["evaluation"]["split"] = "random"
    ids = f"{make_run(sample_document(20)).pk},{make_run(other).pk}"
    page = watched().open(f"/experiments/compare/?ids={ids}")
    lines = page.evaluate(SERIES)
    assert (lines[1]["dash"], lines[1]["setsAxis"]) == ([6, 3], False)
    assert "other split" in page.locator(".compare-table").inner_text()


def test_what_is_not_finite_is_marked_on_its_own_run(
    watched: Callable, make_run: MakeRun
) -> None:
    marked, plain = sample_document(), sample_document(seed=2, marks=False)
    ids = f"{make_run(marked).pk},{make_run(plain).pk}"
    page = watched().open(f"/experiments/compare/?ids={ids}")
    marks = """() => document.querySelector("[data-compare-chart] [data-plot]")
      .lineChart.series.map(({ marks }) => marks)"""
    assert page.evaluate(marks) == [[{"epoch": 12, "kind": "nan"}], []]


def test_what_is_chosen_is_in_the_address(watched: Callable, make_run: MakeRun) -> None:
    other = sample_document(12, seed=3)
    other["run"]["evaluation"]["split"] = "random"
    runs = [
        make_run(sample_document(20)),
        make_run(other),
        make_run(sample_document(9)),
    ]
    ids = ",".join(str(run.pk) for run in runs)
    page = watched().open(f"/experiments/compare/?ids={ids}")
    assert "so B is not comparable" in page.inner_text(".strip")
    page.get_by_role("button", name="Hide it on charts").click()
    page.locator("[data-series-choice] >> nth=0").select_option("loss.train")
    page.locator("[data-run-choice] >> nth=1").select_option(str(runs[2].pk))
    page.wait_for_url("**histograms=**")
    page.locator("[data-tower-choice] >> nth=0").select_option("candidate")
    page.locator("[data-baseline-radio] >> nth=2").check()
    page.wait_for_url("**baseline**")
    page.wait_for_selector("[data-drawn=all]")
    expect(page.locator("[data-on-charts=B]")).not_to_be_checked()
    expect(page.locator("[data-title] >> nth=0")).to_have_text("Train loss")
    expect(page.locator("[data-run-choice] >> nth=1")).to_have_value(str(runs[2].pk))
    expect(page.locator("[data-tower-choice] >> nth=0")).to_have_value("candidate")
    expect(page.locator(".compare-table thead .base")).to_contain_text("C")
    page.locator("[data-table] summary >> nth=0").click()
    table = page.locator("[data-table] >> nth=0").locator("tbody tr")
    expect(table).to_have_count(20)
    expect(table.nth(19).locator("td").nth(2)).to_have_text("–")


def saved(page: Any, card: str, word: str) -> tuple[str, bytes]:
    with page.expect_download() as download:
        page.locator(card).get_by_text(word, exact=True).first.click()
    told = download.value
    return told.suggested_filename, Path(told.path()).read_bytes()


def test_each_card_is_saved_and_has_a_table(
    watched: Callable, make_run: MakeRun
) -> None:
    short, long = sample_document(4), sample_document(9, seed=2)
    runs = [make_run(short, name="short"), make_run(long, name="long, =1")]
    ids = ",".join(str(run.pk) for run in runs)
    page = watched().open(f"/experiments/compare/?ids={ids}")
    recall = "[data-compare-chart='metrics.val_recall_at_10']"
    name, data = saved(page, recall, "CSV")
    assert name == "compare-2-runs-1-2-metrics.val_recall_at_10.csv"
    rows = list(csv.DictReader(io.StringIO(data.decode())))
    heads = [f"#{run.number} {run.name}: metrics.val_recall_at_10" for run in runs]
    assert list(rows[0]) == ["epoch", *heads]
    own = long["metrics"]["val_recall_at_10"]
    assert [row[heads[1]] for row in rows] == [repr(value) for value in own]
    assert [row[heads[0]] for row in rows[4:]] == [""] * 5
    for card in (recall, "[data-ridge-card]"):
        assert saved(page, card, "PNG")[1].startswith(b"\x89PNG"), card
    _, data = saved(page, "[data-ridge-card] >> nth=1", "CSV")
    counts = list(csv.DictReader(io.StringIO(data.decode())))
    assert len(counts) == 9
    ridge = page.locator("[data-ridge-card] >> nth=1")
    ridge.locator("summary").click()
    expect(ridge.locator("tbody tr")).to_have_count(9)
    # What is drawn anew when the card grows leaves the table open.
    expect(ridge.locator("details")).to_have_attribute("open", "")


def test_long_runs_say_how_many_epochs_are_drawn(
    watched: Callable, make_run: MakeRun
) -> None:
    long = sample_document(10_000, marks=False, attempts=1, histogram_bins=3)
    long["weight_stats"] = long["gradient_stats"] = {}
    ids = f"{make_run(long).pk},{make_run(sample_document(9)).pk}"
    window = watched()
    page = window.open(f"/experiments/compare/?ids={ids}")
    lines = page.evaluate(SERIES)
    assert lines[0]["known"] <= 400
    said = f"A: {lines[0]['known']} of 10,000 epochs are drawn"
    expect(page.locator("[data-compare-page]")).to_contain_text(said)
    page = window.open("/experiments/heatmap/")
    page.locator("[data-row] a").first.focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("[data-readout]")).to_contain_text("at epoch")
    last = "document.querySelector('[data-plot]').runHeat.epochs.at(-1)"
    becomes(page, last, 10_000)


def test_a_run_can_be_taken_off_the_charts(
    watched: Callable, make_run: MakeRun
) -> None:
    ids = ",".join(str(make_run(sample_document(5, seed=s)).pk) for s in range(7))
    page = watched().open(f"/experiments/compare/?ids={ids}")
    # The sixth and seventh run repeat the colours with a dash; letters stay apart.
    lines = page.evaluate(SERIES)
    assert (lines[5]["label"], lines[5]["color"], lines[5]["dash"]) == (
        "F",
        "c1",
        [6, 3],
    )
    page.locator("[data-on-charts=C]").uncheck()
    hidden = """() => document.querySelector("[data-compare-chart] [data-plot]")
      .lineChart.series.filter((one) => one.hidden).map((one) => one.label)"""
    becomes(page, hidden, ["C"])
