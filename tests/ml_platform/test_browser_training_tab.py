"""The Training tab in Chromium: what is drawn is read back from its pixels."""

from collections.abc import Callable
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

# How much of the area around a point of a line chart has the colour of a token.
INK_AT = """
([selector, epoch, value, token, radius]) => {
  const { u, view } = document.querySelector(selector).lineChart;
  const probe = document.createElement("span");
  probe.style.color = `var(--${token})`;
  document.body.append(probe);
  const [r, g, b] = getComputedStyle(probe).color.match(/[0-9.]+/g).map(Number);
  probe.remove();
  const x = u.valToPos(view.position(epoch), "x", true);
  const edge = { top: u.bbox.top + 5, bottom: u.bbox.top + u.bbox.height - 5 };
  const y = edge[value] ?? u.valToPos(value, "y", true);
  const { data } = u.ctx.getImageData(x - radius, y - radius, 2 * radius, 2 * radius);
  let near = 0;
  for (let i = 0; i < data.length; i += 4) {
    const away = Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b);
    if (away < 24) near += 1;
  }
  return near;
}
"""  # noqa: E501, a script
# At each step that the page tells: whether the loss and the last card are drawn.
DRAWN_IN_TURNS = """
window.turns = [];
const drawn = (place) => document.querySelector(`${place} canvas`) !== null;
new MutationObserver(([{ target }]) => {
  turns.push([target.dataset.drawn, ["[data-chart=loss]", "#series"].map(drawn)]);
}).observe(document, { subtree: true, attributeFilter: ["data-drawn"] });
"""
# What is written above the heat map's cells where the best epoch is each of some.
WORDS_ABOVE = """(epochs) => {
  const { heatMap: h } = document.querySelector("[data-heat]");
  const own = CanvasRenderingContext2D.prototype.fillText;
  const found = epochs.map((epoch) => {
    const words = [];
    CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
      if (y === 8) words.push([text, x, x + this.measureText(text).width]);
    };
    h.view.best = epoch;
    h.draw();
    return words;
  });
  CanvasRenderingContext2D.prototype.fillText = own;
  return found;
}"""
HOSTILE = ("<script>alert(1)</script>", "__proto__", "\u202eabc", "x" * 250, "🦊")
LOSS = "[data-chart=loss] [data-plot]"


def ink(
    page: Any, epoch: float, value: float | str, token: str, radius: int = 4
) -> int:
    return page.evaluate(INK_AT, [LOSS, epoch, value, token, radius])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lines_gaps_and_marks_stand_where_the_document_says(
    watched: Callable, make_run: MakeRun, theme: str
) -> None:
    document = sample_document()
    run = make_run(document)
    page = watched(color_scheme=theme).open(f"/experiments/{run.pk}/")
    train, val = document["loss"]["loss"], document["loss"]["val_loss"]
    assert ink(page, 5, train[4], "c1") > 0
    assert ink(page, 50, val[49], "c2") > 0
    # Epochs 33 and 34 have no validation loss: nothing is drawn across them.
    between = (val[31] + val[34]) / 2
    assert ink(page, 33.5, between, "c2", radius=8) == 0
    # NaN at epoch 12 stands at the lower edge, +Inf at epoch 13 at the upper one.
    assert ink(page, 12, "bottom", "c2", radius=6) > 4
    assert ink(page, 13, "top", "c1", radius=6) > 10
    assert ink(page, 14, "bottom", "c2", radius=6) == 0


def test_what_is_in_view_is_drawn_before_the_rest(
    watched: Callable, make_run: MakeRun
) -> None:
    run = make_run(sample_document())
    opened = watched(viewport={"width": 1440, "height": 900})
    opened.page.add_init_script(DRAWN_IN_TURNS)
    page = opened.open(f"/experiments/{run.pk}/")
    assert page.evaluate("turns") == [["view", [True, False]], ["all", [True, True]]]


@pytest.mark.parametrize(
    ("norms", "labels"),
    [
        ([1870.0, 1128.0, 1171.0], ["1,000", "2,000"]),
        ([6.2, 6.5, 7.0], ["6", "7", "8"]),
        ([0.002, 0.1, 40.0], ["0.01", "0.1", "1", "10"]),
        ([1e-12, 1.0, 1e12], None),
    ],
)
def test_a_logarithmic_axis_has_labels_whatever_its_range(
    watched: Callable, make_run: MakeRun, norms: list[float], labels: list[str] | None
) -> None:
    document = sample_document(3)
    document["gradient_stats"] = {"query": {"norm": norms}}
    run = make_run(document)
    page = watched().open(f"/experiments/{run.pk}/")
    shown = page.evaluate(
        "document.querySelector('[data-chart=gradient-norm] [data-plot]')"
        ".lineChart.u.axes[1]._values"
    )
    assert 2 <= len(shown) <= 8 and all(shown)
    assert labels in (None, shown)


def test_the_readout_shows_the_best_epoch_then_the_one_pointed_at(
    watched: Callable, make_run: MakeRun
) -> None:
    document = sample_document()
    run = make_run(document)
    page = watched().open(f"/experiments/{run.pk}/")
    legend = page.locator("[data-chart=loss] [data-legend]")
    expect(legend).to_contain_text(f"at epoch {run.best_epoch}")
    expect(legend).to_contain_text(f"{run.best_val_loss:.3f}")
    page.keyboard.press("ArrowRight")
    expect(legend).to_contain_text(f"at epoch {run.best_epoch + 1}")
    expect(legend).to_contain_text(f"{document['loss']['loss'][run.best_epoch]:.3f}")


def test_zooming_one_chart_zooms_all_and_is_kept_in_the_address(
    watched: Callable, make_run: MakeRun
) -> None:
    run = make_run(sample_document())
    page = watched().open(f"/experiments/{run.pk}/")
    box = page.locator(f"{LOSS} .u-over").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 60, steps=4)
    page.mouse.up()
    page.wait_for_url("**zoom=**")
    ranges = page.evaluate(
        """() => [...document.querySelectorAll("[data-plot]")].map(
             ({ lineChart: { u } }) => [u.scales.x.min, u.scales.x.max])"""
    )
    # A quarter of 59 epochs from the first, to a half.
    assert ranges[0] == pytest.approx([15.75, 30.5], abs=0.6)
    assert all(one == pytest.approx(ranges[0]) for one in ranges)
    page.keyboard.press("0")
    page.wait_for_url(lambda url: "zoom=" not in url)


def test_the_heat_map_is_darkest_where_the_elements_are(
    watched: Callable, make_run: MakeRun
) -> None:
    run = make_run(sample_document())
    page = watched(color_scheme="light").open(f"/experiments/{run.pk}/")
    inks = page.evaluate(
        """() => {
          const { heatMap: h } = document.querySelector("[data-heat]");
          const at = (value) => {
            const { data } = h.pen.getImageData(
              (h.x(1) + 1) * devicePixelRatio, h.y(value) * devicePixelRatio, 1, 1);
            return data[0] + data[1] + data[2];
          };
          return [at(0), at(0.05), at(0.3)];
        }"""
    )
    # The spread at the first epoch is 0.03: dark at 0, lighter beyond one sigma.
    assert inks[0] < inks[1] < inks[2]
    assert page.locator("[data-ridge] canvas").count() == 1
    expect(page.locator("[data-histogram-note]")).to_contain_text("255,296 elements")


def test_words_above_the_heat_map_never_meet(
    watched: Callable, make_run: MakeRun
) -> None:
    run = make_run(sample_document())
    page = watched().open(f"/experiments/{run.pk}/")
    epochs = list(range(1, 61))
    for epoch, words in zip(epochs, page.evaluate(WORDS_ABOVE, epochs), strict=True):
        assert words[0][0] == f"best {epoch}"
        seams = [word for word in words if word[0].startswith("attempt")]
        assert len(seams) == 1, (epoch, words)
        first, second = sorted((words[0], *seams), key=lambda word: word[1])
        assert first[2] < second[1], (first, second)


def test_pictures_grow_with_the_readers_text(
    watched: Callable, make_run: MakeRun
) -> None:
    run = make_run(sample_document())
    page = watched().open(f"/experiments/{run.pk}/")
    told = """() => {
      const { lineChart: { u, plot } } = document.querySelector("#loss [data-plot]");
      const { heatMap: h } = document.querySelector("[data-heat]");
      const size = ({ font }) => parseFloat(font[0].match(/([0-9.]+)px/)[1]);
      const grown = [plot.clientHeight > 700, h.place.clientWidth / h.width];
      return [...u.axes.map(size), ...grown];
    }"""
    becomes(page, told, [11, 11, False, 1])
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    becomes(page, told, [22, 22, True, 2])


def test_a_phone_never_scrolls_sideways(watched: Callable, make_run: MakeRun) -> None:
    run = make_run(sample_document())
    opened = watched(viewport={"width": 390, "height": 844})
    for path, drawn in ((f"/experiments/{run.pk}/", True), ("/experiments/", False)):
        page = opened.open(path, drawn=drawn)
        widths = "[document.documentElement.scrollWidth, document.body.scrollWidth]"
        becomes(page, widths, [390, 390])


@pytest.mark.parametrize("epochs", [1, 2, 1_000])
def test_short_and_long_runs_are_drawn(
    watched: Callable, make_run: MakeRun, epochs: int
) -> None:
    run = make_run(sample_document(epochs, marks=False, attempts=1))
    page = watched().open(f"/experiments/{run.pk}/")
    assert page.locator(f"{LOSS} canvas").count() == 1


def test_hostile_names_are_text(watched: Callable, make_run: MakeRun) -> None:
    document = sample_document(5)
    for name in (
        "<script>alert(1)</script>",
        "__proto__",
        "\u202eabc",
        "x" * 250,
        "🦊",
    ):
        document["metrics"][name] = [1.0, 2.0, 3.0, 4.0, 5.0]
        document["params"][name] = name
    run = make_run(document, name="<img src=x onerror=alert(1)>")
    page = watched().open(f"/experiments/{run.pk}/")
    page.locator("[data-series-search]").fill("script")
    expect(page.locator("[data-series-grid] .item")).to_have_count(1)


def test_histograms_that_cannot_be_read_leave_the_other_charts(
    watched: Callable, make_run: MakeRun
) -> None:
    run = make_run(sample_document())
    opened = watched()
    opened.page.route("**/histogram-data/", lambda route: route.abort())
    page = opened.open(f"/experiments/{run.pk}/")
    expect(page.locator("#histograms")).to_contain_text("Histograms are not shown")
    assert page.locator(f"{LOSS} canvas").count() == 1
    opened.problems.clear()
