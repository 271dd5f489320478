"""The runs list and the pages of many runs in Chromium: every interaction, and axe."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import expect

from ml_platform.experiments.models import QuickTest
from tests.ml_platform.browser import becomes, needs_chromium
from tests.ml_platform.many_samples import HOSTILE, hostile_document, many_documents

pytestmark = [
    pytest.mark.browser,
    needs_chromium,
    pytest.mark.django_db(transaction=True),
]
MakeRun = Callable[..., QuickTest]
ONLY = {"resultTypes": ["violations"]}
THEMES: tuple[dict[str, Any], ...] = (
    {"color_scheme": "light"},
    {"color_scheme": "dark"},
    {"viewport": {"width": 390, "height": 844}},
)


TEXT_SIZE = "(size) => { document.documentElement.style.fontSize = size; }"
FITS = "document.documentElement.scrollWidth <= innerWidth || location.href"


@pytest.fixture
def runs(make_run: MakeRun) -> list[QuickTest]:
    """Twelve runs, one under another protocol, one a ranking model."""
    documents = many_documents(11, epochs=12, bins=9)
    made = [make_run(document, name=name) for name, document in documents]
    return [*made, make_run(hostile_document(), name="<script>alert(3)</script>")]


def told(page: Any) -> dict[str, str]:
    return {name: text for name, (text,) in parse_qs(urlsplit(page.url).query).items()}


def test_axe_finds_nothing_in_any_theme(
    watched: Callable, runs: list[QuickTest]
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    ids = ",".join(str(run.pk) for run in runs[:5])
    pages = {
        f"/experiments/?ids={ids}&page_size=5#columns": False,
        "/experiments/?search=two&days=1": False,
        f"/experiments/compare/?ids={ids}": True,
        "/experiments/leaderboard/": False,
        "/experiments/scatter/?param=optimizer": False,
        "/experiments/heatmap/": True,
    }
    found = {}
    for context in THEMES:
        window = watched(**context)
        for path, drawn in pages.items():
            results = Axe().run(window.open(path, drawn=drawn), options=ONLY)
            if results.violations_count:
                found[path, str(context)] = results.generate_report()
            for text in ("100%", "200%"):
                window.page.evaluate(TEXT_SIZE, text)
                becomes(window.page, FITS, True)
    assert found == {}


def test_axe_finds_nothing_where_there_is_nothing(watched: Callable) -> None:
    from axe_playwright_python.sync_playwright import Axe

    window = watched()
    for path in ("", "compare/", "leaderboard/"):
        page = window.open(f"/experiments/{path}", drawn=False)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            results = Axe().run(page, options=ONLY)
            assert results.violations_count == 0, results.generate_report()
    window.open("/experiments/", drawn=False)
    expect(window.page.locator("main")).to_contain_text(
        "Last notification received: never"
    )


def test_choosing_lasts_over_sorting_and_leads_to_compare(
    watched: Callable, runs: list[QuickTest]
) -> None:
    page = watched().open("/experiments/", drawn=False)
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    newest, third = runs[-1].pk, runs[-3].pk
    expect(page.locator("tr.pick-1 .pick b")).to_have_text("B")
    assert told(page)["ids"] == f"{newest},{third}"
    page.get_by_role("link", name="Best val loss").click()
    page.wait_for_url("**ordering=best_val_loss**")
    assert told(page)["ids"] == f"{newest},{third}"
    page.locator("[data-choose-all]").check()
    expect(page.locator("[data-chosen]")).to_have_text("12 of 20 chosen")
    page.locator("[data-clear]").click()
    expect(page.locator("tr.chosen")).to_have_count(0)
    page.locator("tbody input[type=checkbox]").nth(0).check()
    page.locator("tbody input[type=checkbox]").nth(1).check()
    expect(page.locator("tr.chosen")).to_have_count(2)
    page.keyboard.press("c")
    page.wait_for_selector("[data-drawn=all]")
    expect(page.locator("h1")).to_contain_text("Compare 2 runs")


def test_filters_submit_themselves_and_the_worst_one_is_dropped(
    watched: Callable, runs: list[QuickTest]
) -> None:
    page = watched().open("/experiments/", drawn=False)
    page.keyboard.press("/")
    page.keyboard.type("ranking")
    page.keyboard.press("Enter")
    page.wait_for_url("**search=ranking**")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("[name=split]").select_option("random")
    page.wait_for_url("**split=random**")
    expect(page.locator(".no-match")).to_contain_text("Search: ranking excludes most")
    page.locator(".no-match .primary").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    assert told(page) == {"split": "random"}
    page.locator("[name=page_size]").select_option("50")
    page.wait_for_url("**page_size=50**")
    page.locator(".token").click()
    expect(page.locator("tbody tr")).to_have_count(12)
    assert told(page) == {"page_size": "50"}


def test_columns_are_found_added_and_moved_by_keys(
    watched: Callable, runs: list[QuickTest]
) -> None:
    heads = (
        "[...document.querySelectorAll('th[data-column]')].map(h => h.dataset.column)"
    )
    third_and_fourth = f"{heads}.slice(2, 4)"
    page = watched().open("/experiments/", drawn=False)
    page.locator("[data-columns] summary").click()
    page.locator("[data-find-column]").fill("__proto")
    boxes = page.locator("[data-columns] label:visible input")
    expect(boxes).to_have_count(1)
    boxes.check()
    page.get_by_role("button", name="Show these").click()
    page.wait_for_url("**columns=**")
    becomes(page, f"{heads}.at(-1)", "params.__proto__")
    expect(page.locator("tbody tr").first).to_contain_text("constructor")
    page.locator("th[data-column=status] a").focus()
    page.keyboard.press("Alt+ArrowRight")
    page.wait_for_url("**#column-status")
    becomes(page, third_and_fourth, ["model", "status"])
    expect(page.locator("th[data-column=status] a")).to_be_focused()
    # Kept without the address, too.
    page.goto(page.url.partition("?")[0])
    becomes(page, third_and_fourth, ["model", "status"])


def test_on_a_phone_filters_are_a_sheet(
    watched: Callable, runs: list[QuickTest]
) -> None:
    page = watched(viewport={"width": 390, "height": 844}).open(
        "/experiments/", drawn=False
    )
    split = page.locator("[name=split]")
    expect(split).to_be_hidden()
    page.locator("[data-sheet] summary").click()
    expect(split).to_be_visible()
    assert split.bounding_box()["y"] > 500
    page.keyboard.press("Escape")
    expect(split).to_be_hidden()
    page.locator("[data-sheet] summary").click()
    page.locator("[name=ordering]").select_option("best_val_loss")
    page.wait_for_url("**ordering=best_val_loss**")
    expect(page.locator("td.loss")).to_have_count(len(runs))
    losses = [text.split()[0] for text in page.locator("td.loss").all_inner_texts()]
    assert losses == sorted(losses)


def test_hostile_parameters_are_only_text_everywhere(
    watched: Callable, runs: list[QuickTest]
) -> None:
    window = watched()
    for name in HOSTILE:
        query = urlencode({"param": name})
        page = window.open(f"/experiments/scatter/?{query}", drawn=False)
        expect(page.locator("[name=param]")).to_have_value(name)
        expect(page.locator("[data-scatter] circle:not(.ring)")).to_have_count(1)
        label = page.locator("[data-scatter]").get_attribute("aria-label")
        assert name in label
    ids = f"{runs[-1].pk},{runs[0].pk}"
    page = window.open(f"/experiments/compare/?ids={ids}")
    expect(page.locator(".compare-table")).to_contain_text("<script>alert(1)</script>")
    becomes(page, "document.documentElement.scrollWidth <= innerWidth", True)


def test_the_leaderboard_ranks_by_its_heads_and_goes_on_to_compare(
    watched: Callable, runs: list[QuickTest]
) -> None:
    page = watched().open("/experiments/leaderboard/", drawn=False)
    column = "td.n.chosen"

    def values() -> list[float]:
        return [float(text) for text in page.locator(column).all_inner_texts()]

    assert values() == sorted(values(), reverse=True)
    page.get_by_role("link", name="Test loss").click()
    page.wait_for_url("**metric=test_loss**")
    assert values() == sorted(values())
    expect(page.locator("th[aria-sort]")).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("link", name="Test loss").click()
    page.wait_for_url("**order=worst**")
    assert values() == sorted(values(), reverse=True)
    page.locator("[name=model]").select_option("Ranking")
    page.wait_for_url("**model=Ranking**")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.go_back()
    page.get_by_role("link", name="Compare the first 5").click()
    page.wait_for_selector("[data-drawn=all]")
    expect(page.locator("h1")).to_contain_text("Compare 5 runs")


def test_a_point_opens_its_run(watched: Callable, runs: list[QuickTest]) -> None:
    page = watched().open("/experiments/scatter/?param=learning_rate", drawn=False)
    best = page.locator("[data-scatter] a:has(.ring) >> nth=0").get_attribute("href")
    first = page.locator(".points tbody a >> nth=0").get_attribute("href")
    assert best == first
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    assert download.value.suggested_filename == (
        "scatter-test_recall_at_10-learning_rate.csv"
    )
    lines = Path(download.value.path()).read_text().splitlines()
    expect(page.locator(".points tbody tr")).to_have_count(len(lines) - 1)
    page.get_by_role("link", name="Linear").click()
    page.wait_for_url("**scale=linear**")
    expect(page.locator("[aria-current=true]")).to_have_text("Linear")
    page.locator(f"[data-scatter] a[href='{best}'] circle >> nth=0").click()
    page.wait_for_url(f"**{best}")


def test_the_heat_map_is_true_to_its_values(
    watched: Callable, make_run: MakeRun
) -> None:
    for name, document in many_documents(3, epochs=20, bins=9):
        document["loss"]["val_loss"][4] = None
        document["anomalies"] = [{"path": "loss.val_loss", "epoch": 5, "kind": "nan"}]
        make_run(document, name=name)
    page = watched().open("/experiments/heatmap/")
    drawn = page.evaluate(HEAT)
    # Lower is nearer the ground's colour; the mark stands in the cell it belongs to.
    assert drawn["rows"] == 3
    assert drawn["lowest"] == min(drawn["values"])
    assert drawn["shares"] == sorted(drawn["shares"], reverse=True)
    assert drawn["dark"] > drawn["pale"] + 60
    assert drawn["mark"] != drawn["gap"]
    page.locator("[data-row] a >> nth=1").focus()
    for key in ("ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    second = page.inner_text("[data-row] a >> nth=1")
    expect(page.locator("[data-readout]")).to_contain_text(second)
    page.locator("[data-table] summary").click()
    rows = page.locator("[data-table] tbody tr")
    expect(rows).to_have_count(20)
    expect(rows.nth(4)).to_contain_text("NaN")


HEAT = """() => {
  const heat = document.querySelector("[data-plot]").runHeat;
  const pen = heat.place.querySelector("canvas").getContext("2d");
  const [run] = heat.runs;
  const pixel = (epoch, dy) => {
    const y = (0.5 + dy) * heat.rowHeight * devicePixelRatio;
    const [r, g, b] = pen.getImageData(heat.x(epoch) * devicePixelRatio, y, 1, 1).data;
    return (r + g + b) / 3;
  };
  const values = [...run.at.values()].filter((value) => value != null);
  const at = (epoch) => run.at.get(epoch);
  return {
    rows: heat.runs.length, lowest: run.best_val_loss, values,
    shares: [1, 2, 3].map((epoch) => heat.share(at(epoch))),
    pale: 255 - pixel(run.best_epoch - 1, 0.3), dark: 255 - pixel(1, 0.3),
    mark: pixel(5, -0.14), gap: pixel(5, 0.4),
  };
}"""
