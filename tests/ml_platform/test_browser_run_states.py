"""A run's page in every state: nothing axe-core objects to, nothing that complains.

Every page here is watched: an error of the console, a violation of the content policy
among them, fails its test.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from ml_platform.experiments.models import QuickTest
from tests.ml_platform.browser import becomes, needs_chromium
from tests.ml_platform.run_states import run_states, running_document
from tests.ml_platform.samples import sample_document

pytestmark = [
    pytest.mark.browser,
    needs_chromium,
    pytest.mark.django_db(transaction=True),
]
MakeRun = Callable[..., QuickTest]
PHONE = {"width": 390, "height": 844}
TEXT_SIZE = "(size) => { document.documentElement.style.fontSize = size; }"
FITS = "() => document.documentElement.scrollWidth === innerWidth"
DESK = {"width": 1440, "height": 900}
VIEWS = (("light", DESK), ("dark", PHONE), ("dark", DESK), ("light", PHONE))


def objections(page: Any) -> list[str]:
    """What axe-core finds, a line each."""
    options = {"resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found
        for node in one["nodes"]
    ]


def test_axe_finds_nothing_in_any_state_theme_or_width(
    watched: Callable, make_run: MakeRun
) -> None:
    opened = watched()
    found = {}
    for state, document in run_states().items():
        run = make_run(document, name=state)
        drawn = document is not None and bool(document["epochs"])
        page = opened.open(f"/experiments/{run.pk}/", drawn=drawn)
        for theme, size in VIEWS if state == "training" else VIEWS[:2]:
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size(size)
            for text in ("200%", "100%"):
                page.evaluate(TEXT_SIZE, text)
                page.wait_for_function(FITS)  # never scrolls sideways
            found[state, theme, size["width"]] = objections(page)
    assert len(found) == 22
    assert {key: lines for key, lines in found.items() if lines} == {}


def test_axe_finds_nothing_where_everything_is_open(
    watched: Callable, make_run: MakeRun
) -> None:
    run = make_run(sample_document())
    page = watched().open(f"/experiments/{run.pk}/")
    for card in ("[data-chart=loss]", "#recall", "#histograms"):
        page.locator(f"{card} summary").click()
        expect(page.locator(f"{card} tbody tr").first).to_be_visible()
    page.locator(".title summary").click()
    page.keyboard.press("ArrowRight")
    assert objections(page) == []
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_have_count(1)
    assert objections(page) == []


def test_forced_colours_keep_the_data_apart(
    watched: Callable, make_run: MakeRun
) -> None:
    run = make_run(sample_document())
    page = watched(forced_colors="active").open(f"/experiments/{run.pk}/")
    colours = page.evaluate(
        """async () => {
          const { color } = await import("/static/experiments/js/lib/palette.js");
          return ["c1", "c2", "c3", "c4"].map(color);
        }"""
    )
    assert len(set(colours)) == 4


def test_print_is_light_and_has_no_controls(
    watched: Callable, make_run: MakeRun
) -> None:
    run = make_run(sample_document())
    page = watched(color_scheme="dark").open(f"/experiments/{run.pk}/")
    page.emulate_media(media="print", color_scheme="dark")
    for control in (".bar", ".chartbar", ".card-tools", "[data-series-search]"):
        expect(page.locator(control).first).to_be_hidden()
    drawn_in = """async () => {
      const { color } = await import("/static/experiments/js/lib/palette.js");
      return color("c1");
    }"""
    becomes(page, drawn_in, "rgb(11, 77, 194)")
    page.set_viewport_size({"width": 760, "height": 900})
    cut = """() => [...document.querySelectorAll("[data-params] span")]
      .filter((node) => node.scrollWidth > node.clientWidth).length"""
    becomes(page, cut, 0)
    expect(page.locator("h2").first).to_have_css("color", "rgb(21, 24, 28)")


def test_the_theme_chosen_stays(watched: Callable, make_run: MakeRun) -> None:
    page = watched(color_scheme="dark").open("/experiments/", drawn=False)
    page.locator("[data-theme-button]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    expect(page.locator("[data-theme-button]")).to_have_text("Theme: light")
    expect(page.locator("html")).to_have_css("background-color", "rgb(245, 246, 248)")


def test_reduced_motion_moves_nothing(watched: Callable, make_run: MakeRun) -> None:
    run = make_run(sample_document(3))
    page = watched(reduced_motion="reduce").open(f"/experiments/{run.pk}/")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((node) => {
             const style = getComputedStyle(node);
             return style.transitionDuration !== "0s" || style.animationName !== "none";
           }).length"""
    )
    assert moving == 0


def test_a_stale_snapshot_is_amber_and_says_so(
    watched: Callable, make_run: MakeRun
) -> None:
    run = make_run(running_document(5, old=timedelta(minutes=1)))
    opened = watched()
    opened.page.clock.install()
    page = opened.open(f"/experiments/{run.pk}/")
    overdue = page.get_by_text("The trainer may have stopped")
    expect(overdue).to_be_hidden()
    page.evaluate(
        "Object.defineProperty(document, 'visibilityState', {value: 'hidden'})"
    )
    page.clock.run_for(150_000)
    expect(overdue).to_be_visible()
    age = page.locator(".snapshot .age b")
    expect(age).to_contain_text(re.compile(r"Snapshot [34] min old"))
    expect(age).to_have_css("color", "rgb(138, 90, 0)")


def test_a_history_that_cannot_be_read_is_said_on_every_card(
    watched: Callable, make_run: MakeRun
) -> None:
    run = make_run(sample_document())
    opened = watched()
    opened.page.route(
        "**/training-history/",
        lambda route: route.fulfill(
            status=503,
            json={
                "success": False,
                "error": {"code": "store_unavailable", "message": "the store is away"},
            },
        ),
    )
    page = opened.open(f"/experiments/{run.pk}/", drawn=False)
    page.wait_for_selector("[data-drawn=failed]")
    said = page.locator(".failed-load").all_inner_texts()
    assert len(said) >= 5
    assert all("the store is away" in text for text in said)
    expect(page.locator(".tiles")).to_contain_text("6.201")
    assert objections(page) == []
    opened.page.unroute("**/training-history/")
    page.locator(".failed-load button").first.click()
    page.wait_for_selector("[data-drawn=all]")
    opened.problems.clear()


def test_a_server_that_does_not_answer_is_never_a_blank_page(
    watched: Callable, make_run: MakeRun
) -> None:
    run = make_run(sample_document(3))
    opened = watched()
    opened.page.clock.install()
    held: list[Any] = []
    opened.page.route("**/training-history/", lambda route: held.append(route))
    page = opened.open(f"/experiments/{run.pk}/", drawn=False)
    page.clock.run_for(11_000)
    note = page.get_by_text("The server has not answered for 10 s")
    expect(note).to_be_visible()
    for route in held:
        route.continue_()
    page.wait_for_selector("[data-drawn=all]")
    expect(note).to_have_count(0)


def test_a_run_without_an_epoch_shows_its_first_one(
    watched: Callable, make_run: MakeRun
) -> None:
    from pathlib import Path

    from tests.ml_platform.samples import write_document

    run = make_run(sample_document(0, status="running"))
    opened = watched()
    opened.page.clock.install()
    page = opened.open(f"/experiments/{run.pk}/", drawn=False)
    expect(page.locator(".state h2").first).to_contain_text("no epoch is recorded")
    write_document(Path(run.gcs_artifacts_path), running_document(1))
    QuickTest.objects.filter(pk=run.pk).update(looked_at=None)
    with page.expect_navigation():
        page.clock.fast_forward(11_000)
    page.wait_for_selector("[data-drawn=all]")
