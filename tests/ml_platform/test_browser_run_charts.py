"""What can be done with a run's charts: each by pointer or key, kept in the address."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from ml_platform.experiments.models import QuickTest
from tests.ml_platform.browser import becomes, needs_chromium
from tests.ml_platform.run_states import (
    HOSTILE_NAMES,
    collapsed_document,
    hostile_document,
    ranking_document,
)
from tests.ml_platform.samples import sample_document

pytestmark = [
    pytest.mark.browser,
    needs_chromium,
    pytest.mark.django_db(transaction=True),
]
MakeRun = Callable[..., QuickTest]
LOSS = "[data-chart=loss]"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def page(watched: Callable, make_run: MakeRun) -> Any:
    """The page of a run with every kind of mark."""
    run = make_run(sample_document())
    return watched().open(f"/experiments/{run.pk}/")


def saved(page: Any, card: str, word: str) -> bytes:
    with page.expect_download() as download:
        page.locator(f"{card} [data-tools]").last.get_by_text(word, exact=True).click()
    return Path(download.value.path()).read_bytes()


def table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode())))


def reopened(page: Any) -> None:
    page.reload()
    page.wait_for_selector("[data-drawn=all]")


# The series of the loss chart whose keys are pressed.
PRESSED = """() => [...document.querySelectorAll(
  "[data-chart=loss] [data-legend] button[aria-pressed=true] .word")].map(
  (word) => word.textContent)"""


def test_series_are_hidden_and_isolated_and_the_address_keeps_it(page: Any) -> None:
    every = page.evaluate(PRESSED)
    key = page.locator(f"{LOSS} [data-legend] button").first
    key.click()
    becomes(page, PRESSED, every[1:])
    shown = "document.querySelector('[data-chart=loss] [data-plot]').lineChart.u.series"
    becomes(page, f"{shown}.slice(1, 3).map(({{ show }}) => show)", [False, True])
    reopened(page)
    becomes(page, PRESSED, every[1:])
    # By key: Enter shows it again, Shift+Enter leaves it alone, once more shows all.
    key.focus()
    page.keyboard.press("Enter")
    becomes(page, PRESSED, every)
    page.keyboard.press("Shift+Enter")
    becomes(page, PRESSED, ["Train"])
    page.keyboard.press("Shift+Enter")
    becomes(page, PRESSED, every)
    assert "hide=" not in page.url


def test_every_control_is_kept_in_the_address(page: Any) -> None:
    for key in "lssbtw":
        page.keyboard.press(key)
    page.keyboard.press("+")
    page.keyboard.press("Shift+ArrowLeft")
    page.locator("[data-series-search]").fill("logit")
    page.locator("[data-params-search]").fill("batch")
    best = page.evaluate("document.querySelector('[data-plot]').lineChart.view.best")
    reopened(page)
    view = "document.querySelector('[data-chart=loss] [data-plot]').lineChart.view"
    told = (
        f"(({{ scale, smoothing, pinned, zoomed }}) => [scale, smoothing, pinned,"
        f" zoomed.length])({view})"
    )
    becomes(page, told, ["log", 4, best - 10, 2])
    chosen = page.locator("#histograms .choice [aria-pressed=true]")
    expect(chosen).to_have_text(["candidate", "Gradients"])
    expect(page.locator("[data-series-grid] .item")).to_have_count(2)
    visible = page.locator("[data-params] li").filter(visible=True)
    expect(visible).to_have_text(["batch_size4096"])
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: "epoch=" not in url)


def test_single_keys_can_be_switched_off(page: Any) -> None:
    page.keyboard.press("?")
    page.get_by_label("Single keys act on this page").uncheck()
    page.keyboard.press("Escape")
    for key in "l?":
        page.keyboard.press(key)
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert "scale=log" not in page.url
    reopened(page)
    page.keyboard.press("l")
    assert "scale=log" not in page.url
    page.locator("[data-keys]").click()
    page.get_by_label("Single keys act on this page").check()
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    page.wait_for_url("**scale=log**")


def test_keys_lead_to_other_runs_and_to_the_search(
    watched: Callable, make_run: MakeRun
) -> None:
    runs = [make_run(sample_document(3, seed=seed)) for seed in range(3)]
    page = watched().open(f"/experiments/{runs[1].pk}/")
    for key, target in (("[", runs[0]), ("]", runs[1])):
        with page.expect_navigation():
            page.keyboard.press(key)
        assert page.url.endswith(f"/experiments/{target.pk}/")
        page.wait_for_selector("[data-drawn=all]")
    page.keyboard.press("/")
    page.keyboard.type("l")
    expect(page.locator("[data-series-search]")).to_have_value("l")
    assert "scale=log" not in page.url
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("c")
    assert f"compare/?ids={runs[1].pk}" in page.url


def test_csv_has_true_epochs_full_values_and_names_what_is_not_finite(
    page: Any,
) -> None:
    document = sample_document()
    rows = table(saved(page, LOSS, "CSV"))
    assert [int(row["epoch"]) for row in rows] == document["epochs"]
    assert rows[4]["loss.loss"] == repr(document["loss"]["loss"][4])
    assert rows[11]["loss.val_loss"] == "NaN"
    assert rows[12]["loss.loss"] == "Infinity"
    assert rows[32]["loss.val_loss"] == ""
    assert "loss.regularization_loss" in rows[0]
    recall = table(saved(page, "#recall", "CSV"))
    assert recall[1]["Metric"] == "Recall@10"
    assert float(recall[1]["This run, %"]) == 6.7
    assert float(recall[1]["Difference"]) == pytest.approx(4.55)
    counts = table(saved(page, "#histograms", "CSV"))[0]
    own = document["weight_stats"]["query"]["histogram"]
    assert [int(n) for n in list(counts.values())[1:]] == own["counts"][0]
    edges = own["bin_edges"]
    assert list(counts)[1] == f"from {edges[0]} to {edges[1]}"


def test_png_shows_the_card(page: Any) -> None:
    for card in (LOSS, "#recall", "#histograms", "[data-chart=weight_stats]"):
        assert saved(page, card, "PNG").startswith(PNG), card
    inks = page.evaluate(
        """async () => {
          const { pictureOf } = await import("/static/experiments/js/charts/picture.js");
          const card = document.querySelector("#recall");
          const image = await createImageBitmap(await pictureOf(card));
          const pen = new OffscreenCanvas(image.width, image.height).getContext("2d");
          pen.drawImage(image, 0, 0);
          const bounds = card.getBoundingClientRect();
          const bar = card.querySelector(".bar-fill").getBoundingClientRect();
          const at = (x, y) => [...pen.getImageData(2 * (x - bounds.left), 2 * (y - bounds.top), 1, 1).data];
          return [at(bar.left + 3, bar.top + 8), at(bar.right + 300, bar.top - 2)];
        }"""  # noqa: E501, a script
    )
    assert inks == [[11, 77, 194, 255], [255, 255, 255, 255]]


def test_a_card_fills_the_screen_and_gives_it_back(page: Any) -> None:
    plot = page.locator(f"{LOSS} [data-plot]")
    before = plot.bounding_box()["width"]
    tool = page.locator(f"{LOSS} [data-tools] button").first
    tool.click()
    page.wait_for_function(
        "(w) => document.querySelector('[data-chart=loss] canvas').clientWidth > w",
        arg=before + 100,
    )
    expect(tool).to_have_text("Leave full screen")
    tool.click()
    page.wait_for_function("() => !document.fullscreenElement")
    item = page.locator("[data-series-grid] .item").first
    item.locator(".name").click()
    page.wait_for_function("() => document.fullscreenElement?.matches('.item')")
    expect(item.get_by_text("CSV")).to_be_visible()
    page.evaluate("document.exitFullscreen()")


def test_a_table_stands_beside_each_picture(page: Any) -> None:
    cards = page.locator(".card:has(.chart), #recall")
    tables = cards.locator("> .card-foot details")
    assert tables.count() == cards.count() == 8
    page.locator(f"{LOSS} summary").click()
    page.wait_for_selector(f"{LOSS} tbody tr")
    cells = page.locator(f"{LOSS} tbody tr").nth(11).locator("th, td").all_inner_texts()
    assert cells[0] == "12"
    assert cells[2] == "NaN"
    page.locator("#histograms summary").click()
    page.wait_for_selector("#histograms tbody tr")
    row = page.locator("#histograms tbody tr").first.locator("th, td").all_inner_texts()
    # A normal spread of 0.03: a quarter lies below −0.02, half below 0.
    assert (row[0], row[1]) == ("1", "255,296")
    assert float(row[3].replace("−", "-")) == pytest.approx(-0.02, abs=0.002)


def test_a_ridge_s_peak_stands_over_its_epoch_and_is_read_back(page: Any) -> None:
    ridge = page.locator("[data-ridge]")
    ridge.scroll_into_view_if_needed()
    box = ridge.bounding_box()
    spot = page.evaluate(
        """() => {
          const { ridge: { x, y, height } } = document.querySelector("[data-ridge]");
          const pen = document.querySelector("[data-ridge] canvas").getContext("2d");
          const ink = (px, py) => {
            const d = devicePixelRatio;
            const { data } = pen.getImageData(px * d - 2, py * d - 2, 5, 5);
            return data.some((value, i) => i % 4 === 2 && value - data[i - 2] > 60);
          };
          const peak = y(1) - height(0, 20);
          return [ink(x(0), peak), ink(x(0), peak - 12), x(0), y(1)];
        }"""
    )
    assert spot[:2] == [True, False]
    page.mouse.move(box["x"] + spot[2] + 2, box["y"] + spot[3] - 3)
    said = page.locator("[data-histogram-readout]")
    counts = sample_document()["weight_stats"]["query"]["histogram"]["counts"][0]
    densest = f"{100 * max(counts) / sum(counts):.4g} % of elements"
    expect(said).to_contain_text(f"epoch 1: {densest}")


def test_pointing_at_one_chart_reads_all_of_them(page: Any) -> None:
    box = page.locator(f"{LOSS} [data-plot] .u-over").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 9 / 59, box["y"] + 80)
    read = """() => {
      const charts = [...document.querySelectorAll(".chart")].flatMap(({ lineChart: c }) => c ?? []);
      const epochs = charts.map((c) => c.view.epochs[c.u.posToIdx(c.u.cursor.left)]);
      return [charts.length >= 15, [...new Set(epochs)]];
    }"""  # noqa: E501, a script
    becomes(page, read, [True, [10]])
    document = sample_document()
    last = page.locator("[data-series-grid] .item", has_text="val_recall_at_5").locator(
        ".last"
    )
    value = document["metrics"]["val_recall_at_5"][9]
    expect(last.first).to_have_text(f"{100 * value:.2f} %")


def test_smoothing_keeps_the_raw_line_and_the_readout(page: Any) -> None:
    legend = page.locator(f"{LOSS} [data-legend]")
    before = legend.text_content()
    page.keyboard.press("s")
    lines = (
        "document.querySelector('[data-chart=loss] [data-plot]').lineChart"
        ".u.series.slice(1).map(({ width }) => width)"
    )
    becomes(page, lines, [2.25, 2.5, 1.75, 1, 1, 1])
    expect(legend).to_have_text(before)


def test_a_log_scale_counts_what_it_cannot_show(
    watched: Callable, make_run: MakeRun
) -> None:
    document = sample_document(5)
    document["loss"]["loss"][2:4] = [0.0, -1.0]
    run = make_run(document)
    page = watched().open(f"/experiments/{run.pk}/?scale=log")
    expect(page.locator(f"{LOSS} [data-legend]")).to_contain_text(
        "2 values of 0 or less not on a log scale"
    )


def test_series_are_found_by_name_and_stand_by_section(page: Any) -> None:
    sections = page.locator("[data-series-grid] h3")
    expect(sections).to_have_text(
        ["Ranking quality", "Optimisation", "Speed and machine", "Model"]
    )
    page.locator("[data-series-all]").click()
    expect(page.locator("[data-series-grid] .item")).to_have_count(13)
    page.locator("[data-series-search]").fill("nothing like it")
    expect(page.locator("[data-series-note]")).to_have_text(
        "None of 13 has “nothing like it” in its name."
    )


def test_a_ranking_model_has_charts_of_its_metrics_with_their_best_epochs(
    watched: Callable, make_run: MakeRun
) -> None:
    document = ranking_document()
    document["loss"]["val_rmse"][49] = 0.5
    run = make_run(document)
    page = watched().open(f"/experiments/{run.pk}/")
    best = page.evaluate(
        """() => [...document.querySelectorAll("[data-metric] [data-plot]")].map(
             ({ lineChart: { series } }) => series.at(-1).bestEpoch)"""
    )
    assert best == [36, 50, 36]
    heads = page.locator("[data-metric] h2").all_inner_texts()
    assert heads == ["AUC", "RMSE", "MAE"]
    assert "rmse" not in page.locator("[data-series-grid]").inner_text()
    assert page.locator("#recall").count() == 0


def test_a_collapse_is_said_and_marked(watched: Callable, make_run: MakeRun) -> None:
    run = make_run(collapsed_document())
    page = watched().open(f"/experiments/{run.pk}/")
    event = page.locator("[data-kind=collapse]")
    expect(event).to_contain_text("Query gradient collapsed. Its norm fell to 3e-7")
    event.locator("[data-goto]").click()
    page.wait_for_url("**epoch=20**")
    expect(page.locator(f"{LOSS} [data-legend]")).to_contain_text("at epoch 20")


def test_hostile_names_stay_text_in_tables_and_files(
    watched: Callable, make_run: MakeRun
) -> None:
    run = make_run(hostile_document(), name="<img src=x onerror=alert(1)>")
    page = watched().open(f"/experiments/{run.pk}/")
    page.locator("[data-series-all]").click()
    expect(page.locator("[data-series-all]")).to_have_text("Show 12")
    names = page.locator("[data-series-grid] .name").all_text_contents()
    assert set(HOSTILE_NAMES) <= set(names)
    head = next(csv.reader(io.StringIO(saved(page, "#series", "CSV").decode())))
    assert {f"metrics.{name}" for name in HOSTILE_NAMES} <= set(head)
    page.locator("#histograms").get_by_text("__proto__").click()
    page.wait_for_url("**tower=__proto__**")
    expect(page.locator("[data-histogram-note]")).to_contain_text("elements")


def test_ten_thousand_epochs_are_drawn_and_saved_whole(
    watched: Callable, make_run: MakeRun
) -> None:
    document = sample_document(10_000, marks=False, attempts=1, histogram_bins=3)
    document["metrics"] = {}
    document["weight_stats"] = document["gradient_stats"] = {}
    document["loss"]["val_loss"][7776] = 1.5
    run = make_run(document)
    page = watched().open(f"/experiments/{run.pk}/")
    assert "best 7777" not in page.url
    legend = page.locator(f"{LOSS} [data-legend]")
    expect(legend).to_contain_text("at epoch 7777")
    expect(legend).to_contain_text("1.500")
    drawn = page.evaluate(
        "document.querySelector('[data-plot]').lineChart.view.epochs.length"
    )
    assert drawn <= 400
    rows = table(saved(page, LOSS, "CSV"))
    assert len(rows) == 10_000
    assert set(rows[0]) == {
        "epoch",
        "loss.loss",
        "loss.val_loss",
        "loss.total_loss",
        "loss.regularization_loss",
    }
    assert rows[7776]["loss.val_loss"] == "1.5"
