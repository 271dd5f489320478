"""A running run's page: new epochs come without a reload, the end reloads once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ml_platform.experiments.models import QuickTest
from tests.ml_platform.browser import becomes, needs_chromium
from tests.ml_platform.samples import sample_document, write_document

pytestmark = [
    pytest.mark.browser,
    needs_chromium,
    pytest.mark.django_db(transaction=True),
]


# When the page asked for its history, by the page's own clock. A snapshot that was
# there then is marked until the look has replaced it.
LOOKS = """
window.looks = [];
const own = window.fetch;
window.fetch = (url, ...rest) => {
  if (String(url).includes("training-history")) {
    looks.push(Date.now());
    document.querySelector("[data-live=snapshot]").dataset.old = "";
  }
  return own(url, ...rest);
};
"""


def write(run: QuickTest, epochs: int, status: str) -> None:
    document = sample_document(epochs, status=status, attempts=1, marks=False)
    saved = datetime.now(UTC) + timedelta(seconds=epochs)
    write_document(
        Path(run.gcs_artifacts_path), document | {"saved_at": saved.isoformat()}
    )
    # The page may look again at once, not only after ten seconds.
    QuickTest.objects.filter(pk=run.pk).update(looked_at=None)


def test_new_epochs_are_added_and_the_axis_stays(
    watched: Callable, make_run: Callable[..., QuickTest]
) -> None:
    run = make_run()
    write(run, 5, "running")
    opened = watched()
    opened.page.clock.install()
    page = opened.open(f"/experiments/{run.pk}/")
    chart = """() => {
      const { u, view } = document.querySelector("[data-chart=loss] [data-plot]").lineChart;
      return [view.epochs.length, u.scales.x.min, u.scales.x.max];
    }"""  # noqa: E501, a script
    becomes(page, chart, [5, 1, 60])
    write(run, 8, "running")
    page.clock.fast_forward(11_000)
    becomes(page, chart, [8, 1, 60])
    expect(page.locator(".snapshot")).to_contain_text("Epoch 8")
    write(run, 60, "completed")
    with page.expect_navigation():
        page.clock.fast_forward(11_000)
    expect(page.locator(".title .status-completed")).to_have_count(1)


def test_looking_backs_off_and_stops_while_the_page_is_hidden(
    watched: Callable, make_run: Callable[..., QuickTest]
) -> None:
    run = make_run()
    write(run, 5, "running")
    opened = watched()
    opened.page.clock.install()
    opened.page.add_init_script(LOOKS)
    page = opened.open(f"/experiments/{run.pk}/")
    # Nothing is new: the second look comes 10 s after the page, the third 15 s on.
    for _ in range(90):
        if len(page.evaluate("looks")) == 3:
            break
        page.clock.run_for(1000)
    first, second, third = page.evaluate("looks")
    assert second - first >= 10_000
    assert third - second >= 15_000
    expect(page.locator("[data-old]")).to_have_count(0)
    page.evaluate(
        """() => {
          Object.defineProperty(document, "visibilityState", {
            value: "hidden", configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    page.clock.run_for(120_000)
    assert len(page.evaluate("looks")) == 3
    # A look that fails is said, with when the next one comes.
    page.route("**/training-history/", lambda route: route.abort())
    page.evaluate(
        """() => {
          delete document.visibilityState;
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    page.wait_for_selector("text=The last look failed")
    opened.problems.clear()
