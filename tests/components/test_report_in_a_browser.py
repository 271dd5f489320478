"""The report in a real browser: in light and dark, on a phone and on paper."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from components.report import report_html
from tests.components.test_report import long_run
from tests.ml_platform.browser import chromium, needs_chromium

pytestmark = needs_chromium

HIDDEN_SIDEWAYS = """() => [...document.querySelectorAll("body, figure, section, th")]
  .filter(each => each.scrollWidth > each.clientWidth + 1)
  .map(each => each.outerHTML.slice(0, 80))"""

TABLES = {
    "final_metrics": {
        f"test_user_popularity_recall_at_{k}": 0.123456 for k in (5, 10, 50, 100)
    },
    "params": {"recency_half_life_days_of_the_history": 60.0, "note": "long " * 40},
}


@pytest.fixture(scope="module")
def page():
    with chromium() as browser:
        opened = browser.new_page(viewport={"width": 1280, "height": 900})
        opened.set_content(report_html(long_run(40).model_copy(update=TABLES)))
        yield opened


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_readable_in_light_and_dark(page, scheme):
    page.emulate_media(color_scheme=scheme)
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(("width", "media"), [(390, "screen"), (718, "print")])
def test_nothing_is_cut_off_on_a_phone_or_on_paper(page, width, media):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(media=media)
    assert page.evaluate(HIDDEN_SIDEWAYS) == []
