"""The report's charts: gaps stay gaps, and every kind of value has its mark."""

import re
from xml.etree import ElementTree

import pytest

from components.curves import Curve, Event, chart


def svg(figure: str) -> ElementTree.Element:
    return ElementTree.fromstring(re.search("<svg.*</svg>", figure)[0])


def test_a_gap_breaks_the_line_and_a_lone_value_is_a_dot():
    drawn = svg(chart("Loss", [0, 1, 2, 3], [Curve("loss", [3.0, 2.0, None, 1.0])]))
    assert len(drawn.findall(".//polyline")) == 1
    assert len(drawn.findall(".//circle")) == 1


@pytest.mark.parametrize(
    ("kind", "style"), [("nan", "hollow"), ("+inf", "filled"), ("-inf", "filled")]
)
def test_a_value_that_is_not_finite_has_its_mark(kind, style):
    curve = Curve("loss", [3.0, None], marks=[(1, kind)])
    drawn = svg(chart("Loss", [0, 1], [curve]))
    mark = drawn.find(f".//path[@class='{style}']").get("d")
    assert ("l-5 9" in mark) is (kind == "+inf")  # points up, at the upper edge


def test_the_best_epoch_has_a_ring_at_its_value():
    drawn = svg(chart("Loss", [4, 5, 6], [Curve("loss", [3.0, 1.0, 2.0], best=5)]))
    ring = drawn.find(".//circle[@class='best']")
    lowest = max(
        float(point.split(",")[1])
        for point in drawn.find(".//polyline").get("points").split()
    )
    assert float(ring.get("cy")) == lowest


def test_nothing_finite_draws_nothing():
    assert chart("Loss", [0, 1], [Curve("loss", [None, None])]) == ""


def test_a_series_of_nothing_but_nan_is_there_with_its_marks():
    curve = Curve("loss", [None, None], marks=[(0, "nan"), (1, "nan")])
    figure = chart("Loss", [0, 1], [curve])
    assert svg(figure).find(".//path[@class='hollow']").get("d").count("M") == 2
    assert "<b>NaN</b>" in figure


def test_a_series_that_ends_in_nan_says_so_beside_its_name():
    curve = Curve("loss", [2.0, None], marks=[(1, "nan")])
    assert "<b>NaN</b>" in chart("Loss", [0, 1], [curve])
    curve = Curve("loss", [None, 2.0], marks=[(0, "nan")])
    assert "<b>2</b>" in chart("Loss", [0, 1], [curve])


def test_an_event_is_a_line_with_its_word():
    figure = chart(
        "Loss", [0, 1, 2], [Curve("loss", [3.0, 2.0, 1.0])], [Event(1, "<collapse>")]
    )
    assert svg(figure).find(".//line[@class='event']") is not None
    assert "&lt;collapse&gt;, epoch 1" in figure


@pytest.mark.parametrize("values", [[1e308, -1e308], [5e-324, 0.0], [7.0, 7.0]])
def test_any_finite_range_is_drawn(values):
    drawn = svg(chart("Loss", [0, 1], [Curve("loss", values)]))
    assert "nan" not in drawn.find(".//polyline").get("points")


def test_a_hostile_name_is_text():
    figure = chart("<script>", [0], [Curve("<script>", [1.0])])
    assert "<script>" not in figure


def test_a_long_curve_keeps_its_peak_and_its_trough():
    values = [1.0] * 10_000
    values[4_321], values[8_765] = 9.0, -9.0
    drawn = svg(chart("Loss", list(range(10_000)), [Curve("loss", values)]))
    points = drawn.find(".//polyline").get("points").split()
    heights = {float(point.split(",")[1]) for point in points}
    assert len(points) < 300
    assert len(heights) == 3
