"""A headless Chromium for tests, and what a page did wrong while it was open."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

needs_chromium = pytest.mark.skipif(
    not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}; install Debian's"
)


PATIENCE_SECONDS = 10.0


def becomes(page: Any, script: str, expected: Any, argument: Any = None) -> None:
    """Asserts that what a script reads is as expected, at once or soon.

    Playwright's `expect` does the same for what can be located; a page under load may
    answer a key or a pointer only after the call that pressed it has returned.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (read := page.evaluate(script, argument)) != expected:
        if time.monotonic() > deadline:
            break
        page.wait_for_timeout(50)
    assert read == expected


@contextmanager
def chromium() -> Iterator[Any]:
    """Starts Chromium; the database may be used beside its event loop."""
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=str(CHROMIUM), args=ARGUMENTS
            )
            try:
                yield browser
            finally:
                browser.close()
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Watched:
    """A page whose console errors (CSP violations too) and exceptions are kept."""

    def __init__(self, browser: Any, base_url: str, **context: Any) -> None:
        self._base_url = base_url
        self.problems: list[str] = []
        self.context = browser.new_context(**context)
        self.page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    def log_in(self, token: str) -> None:
        """Logs in by a one-time link."""
        self.page.goto(f"{self._base_url}/login/{token}/")

    def open(self, path: str, drawn: bool = True) -> Any:
        """Opens a page and, for one with charts, waits until all are drawn."""
        self.page.goto(f"{self._base_url}{path}")
        if drawn:
            self.page.wait_for_selector("[data-drawn=all]", timeout=20_000)
        return self.page

    def _heard(self, message: Any) -> None:
        if message.type == "error":
            self.problems.append(message.text)
