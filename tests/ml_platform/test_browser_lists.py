"""The runs list and the pages of many runs in Chromium: every interaction, and axe."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from ml_platform.experiments.models import QuickTest
from tests.ml_platform.browser import needs_chromium
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
            width = window.page.evaluate("document.documentElement.scrollWidth")
            assert width <= window.page.viewport_size["width"], path
    assert found == {}


def test_axe_finds_nothing_where_there_is_nothing(watched: Callable) -> None:
    from axe_playwright_python.sync_playwright import Axe

    window = watched(color_scheme="dark")
    for path in ("", "compare/", "leaderboard/"):
        page = window.open(f"/experiments/{path}", drawn=False)
        results = Axe().run(page, options=ONLY)
        assert results.violations_count == 0, results.generate_report()
    window.open("/experiments/", drawn=False)
    assert "Last notification received: never" in window.page.inner_text("main")


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
    assert told(page)["ids"] == f"{newest},{third}"
    assert page.locator("tr.pick-1 .pick b").inner_text() == "B"
    page.get_by_role("link", name="Best val loss").click()
    page.wait_for_url("**ordering=best_val_loss**")
    assert told(page)["ids"] == f"{newest},{third}"
    page.locator("[data-choose-all]").check()
    assert page.locator("[data-chosen]").inner_text() == "12 of 20 chosen"
    page.locator("[data-clear]").click()
    assert page.locator("tr.chosen").count() == 0
    page.locator("tbody input[type=checkbox]").nth(0).check()
    page.locator("tbody input[type=checkbox]").nth(1).check()
    page.keyboard.press("c")
    page.wait_for_selector("[data-drawn=all]")
    assert "Compare 2 runs" in page.inner_text("h1")


def test_filters_submit_themselves_and_the_worst_one_is_dropped(
    watched: Callable, runs: list[QuickTest]
) -> None:
    page = watched().open("/experiments/", drawn=False)
    page.keyboard.press("/")
    page.keyboard.type("ranking")
    page.keyboard.press("Enter")
    page.wait_for_url("**search=ranking**")
    assert page.locator("tbody tr").count() == 1
    page.locator("[name=split]").select_option("random")
    page.wait_for_url("**split=random**")
    assert "Search: ranking excludes most" in page.inner_text(".no-match")
    page.locator(".no-match .primary").click()
    page.wait_for_function("document.querySelectorAll('tbody tr').length === 2")
    assert told(page) == {"split": "random"}
    page.locator("[name=page_size]").select_option("50")
    page.wait_for_url("**page_size=50**")
    page.locator(".token").click()
    page.wait_for_function("document.querySelectorAll('tbody tr').length === 12")
    assert told(page) == {"page_size": "50"}


def test_columns_are_found_added_and_moved_by_keys(
    watched: Callable, runs: list[QuickTest]
) -> None:
    heads = (
        "[...document.querySelectorAll('th[data-column]')].map(h => h.dataset.column)"
    )
    page = watched().open("/experiments/", drawn=False)
    page.locator("[data-columns] summary").click()
    page.locator("[data-find-column]").fill("__proto")
    boxes = page.locator("[data-columns] label:visible input")
    assert boxes.count() == 1
    boxes.check()
    page.get_by_role("button", name="Show these").click()
    page.wait_for_url("**columns=**")
    assert page.evaluate(heads)[-1] == "params.__proto__"
    assert "constructor" in page.inner_text("tbody tr >> nth=0")
    page.locator("th[data-column=status] a").focus()
    page.keyboard.press("Alt+ArrowRight")
    page.wait_for_url("**#column-status")
    assert page.evaluate(heads)[2:4] == ["model", "status"]
    focused = "document.activeElement.parentElement.dataset.column"
    assert page.evaluate(focused) == "status"
    # Kept without the address, too.
    page.goto(page.url.partition("?")[0])
    assert page.evaluate(heads)[2:4] == ["model", "status"]


def test_on_a_phone_filters_are_a_sheet(
    watched: Callable, runs: list[QuickTest]
) -> None:
    page = watched(viewport={"width": 390, "height": 844}).open(
        "/experiments/", drawn=False
    )
    split = page.locator("[name=split]")
    assert not split.is_visible()
    page.locator("[data-sheet] summary").click()
    box = split.bounding_box()
    assert box["y"] > 500
    page.keyboard.press("Escape")
    assert not split.is_visible()
    page.locator("[data-sheet] summary").click()
    page.locator("[name=ordering]").select_option("best_val_loss")
    page.wait_for_url("**ordering=best_val_loss**")
    losses = [text.split()[0] for text in page.locator("td.loss").all_inner_texts()]
    assert losses == sorted(losses)


def test_hostile_parameters_are_only_text_everywhere(
    watched: Callable, runs: list[QuickTest]
) -> None:
    window = watched()
    for name in HOSTILE:
        query = urlencode({"param": name})
        page = window.open(f"/experiments/scatter/?{query}", drawn=False)
        assert page.locator("[name=param]").input_value() == name
        assert page.locator("[data-scatter] circle:not(.ring)").count() == 1
        label = page.locator("[data-scatter]").get_attribute("aria-label")
        assert name in label
    ids = f"{runs[-1].pk},{runs[0].pk}"
    page = window.open(f"/experiments/compare/?ids={ids}")
    assert "<script>alert(1)</script>" in page.inner_text(".compare-table")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


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
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "ascending"
    page.get_by_role("link", name="Test loss").click()
    page.wait_for_url("**order=worst**")
    assert values() == sorted(values(), reverse=True)
    page.locator("[name=model]").select_option("Ranking")
    page.wait_for_url("**model=Ranking**")
    assert page.locator("tbody tr").count() == 1
    page.go_back()
    page.get_by_role("link", name="Compare the first 5").click()
    page.wait_for_selector("[data-drawn=all]")
    assert "Compare 5 runs" in page.inner_text("h1")


def test_a_point_opens_its_run(watched: Callable, runs: list[QuickTest]) -> None:
    page = watched().open("/experiments/scatter/?param=learning_rate", drawn=False)
    best = page.locator("[data-scatter] a:has(.ring) >> nth=0").get_attribute("href")
    first = page.locator(".points tbody a >> nth=0").get_attribute("href")
    assert best == first
    page.get_by_role("link", name="Linear").click()
    page.wait_for_url("**scale=linear**")
    assert page.locator("[aria-current=true]").inner_text() == "Linear"
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
    told_now = page.inner_text("[data-readout]")
    assert page.inner_text("[data-row] a >> nth=1") in told_now
    page.locator("[data-as-table] summary").click()
    assert page.locator("[data-as-table] tbody tr").count() == 20
    assert "NaN" in page.inner_text("[data-as-table] tbody tr >> nth=4")


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
