"""The Training tab of a real run, in headless Chromium: what is drawn."""

from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no /usr/bin/chromium here"),
]


@pytest.fixture
def page():
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        yield browser.new_page(viewport={"width": 1440, "height": 1000})
        browser.close()


def test_the_curves_of_the_run_are_drawn(generated_run, page):
    workplace, _ = generated_run
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda message: message.type == "error" and problems.append(message.text),
    )
    url, login_url = workplace.serve_for_browser()
    page.goto(login_url)
    page.goto(f"{url}/1/")
    page.wait_for_selector("canvas")
    final = workplace.document()["loss"]["val_loss"][-1]
    assert f"{final:.3f}" in page.inner_text("body")
    assert page.locator("canvas").count() >= 3
    assert problems == []
