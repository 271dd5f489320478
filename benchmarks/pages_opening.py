"""Pages opened again and again in one Chromium: how soon drawn, and what they weigh.

Each time in a fresh context (nothing cached), a second after its window: Chromium's own
windows load pages of their own first, which would be measured with the tracker's. Times
are the page's clock from the start of the navigation to the second frame after a
condition holds.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from benchmarks.measuring import Measure

VIEWPORT = {"width": 1440, "height": 900}
_SETTLED_MS = 1000
_FRAME = "() => new Promise((done) => requestAnimationFrame(() => "
_FRAME += "requestAnimationFrame(() => done(performance.now()))))"
_COUNT_FRAMES = """() => {
  cancelAnimationFrame(window.nextFrame_);
  const frames = window.frames_ = [performance.now()];
  const tick = (at) => {
    frames.push(at);
    window.nextFrame_ = requestAnimationFrame(tick);
  };
  window.nextFrame_ = requestAnimationFrame(tick);
}"""


class Opened:
    """Medians in ms of several openings, one a condition; the weight in bytes."""

    def __init__(self, times: list[list[float]], weight: int) -> None:
        self.ms = [statistics.median(column) for column in zip(*times, strict=True)]
        self.weight = weight
        self.repeats = len(times)


class Pages:
    """Opens pages in fresh contexts of one browser."""

    def __init__(self, browser: Any, repeats: int) -> None:
        self._browser = browser
        self._repeats = repeats

    def opened(self, url: str, *drawn: str, state: Any = None) -> Opened:
        """Opens the page once to weigh it, for a warm server too, then `repeats` times.

        Args:
            url: The page.
            drawn: Conditions in the order in which they come to hold.
            state: The browser's cookies, for a page that wants a login.
        """
        with self.page(state) as page:
            weighed = Weighed(page)
            self._times(page, url, drawn)
        every = []
        for _ in range(self._repeats):
            with self.page(state) as page:
                every.append(self._times(page, url, drawn))
        return Opened(every, weighed.bytes)

    @contextmanager
    def page(self, state: Any = None) -> Iterator[Any]:
        """A page in a context of its own."""
        context = self._browser.new_context(viewport=VIEWPORT, storage_state=state)
        try:
            page = context.new_page()
            page.wait_for_timeout(_SETTLED_MS)
            yield page
        finally:
            context.close()

    def _times(self, page: Any, url: str, drawn: tuple[str, ...]) -> list[float]:
        page.goto(url, wait_until="commit")
        times = []
        for condition in drawn:
            page.wait_for_function(condition, polling="raf", timeout=60_000)
            times.append(float(page.evaluate(_FRAME)))
        return times


class Weighed:
    """Bytes as they came over the wire, without those of the API's data."""

    def __init__(self, page: Any) -> None:
        self.bytes = 0
        self._data: set[str] = set()
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._finished)
        session.send("Network.enable")

    def _asked(self, event: dict[str, Any]) -> None:
        if "/api/" in event["request"]["url"]:
            self._data.add(event["requestId"])

    def _finished(self, event: dict[str, Any]) -> None:
        if event["requestId"] not in self._data:
            self.bytes += int(event["encodedDataLength"])


def frames(pages: Pages, url: str, state: Any) -> list[Measure]:
    """Frames a second while the pointer crosses the loss chart, and while it zooms."""
    with pages.page(state) as page:
        page.goto(url)
        page.wait_for_selector("[data-drawn=all]")
        plot = page.locator("[data-chart=loss] .u-over").first
        plot.scroll_into_view_if_needed()
        box = plot.bounding_box()
        middle = box["y"] + box["height"] / 2

        def across() -> None:
            for step in range(120):
                page.mouse.move(box["x"] + 2 + step * (box["width"] - 4) / 119, middle)

        def zoomed() -> None:
            for _ in range(6):
                page.mouse.move(box["x"] + box["width"] * 0.2, middle)
                page.mouse.down()
                page.mouse.move(box["x"] + box["width"] * 0.7, middle, steps=20)
                page.mouse.up()
                page.mouse.dblclick(box["x"] + box["width"] / 2, middle)

        across()
        return [
            measure
            for name, act in (("hover", across), ("zoom", zoomed))
            for measure in _frames(page, name, act)
        ]


def _frames(page: Any, name: str, act: Any) -> Iterator[Measure]:
    page.evaluate(_COUNT_FRAMES)
    act()
    at = page.evaluate("window.frames_")
    rate = (len(at) - 1) / (at[-1] - at[0]) * 1e3
    longest = max(b - a for a, b in pairwise(at))
    yield Measure(f"{name}, all charts of the run", rate, "frames/s", ">= 30", 1)
    yield Measure(f"{name}, longest frame", longest, "ms", None, 1)
