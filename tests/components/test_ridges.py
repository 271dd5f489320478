"""Ridgelines: areas are shares of elements, whatever the width of a bin."""

import re
from itertools import pairwise

import pytest

from components.ridges import ridgeline
from training_metrics.document import Histogram


def heights(figure: str) -> list[list[float]]:
    """[rows][columns] above the row's base, read back from the drawn steps."""
    rows = []
    for steps in re.findall(r'<path d="M[\d.]+ [\d.]+(.*?)"', figure):
        row, at = [], 0.0
        for direction, amount in re.findall(r"([vh])(-?[\d.]+)", steps):
            if direction == "v":
                at -= float(amount)
            else:
                row.append(at)
        rows.append(row)
    return rows


def test_a_wide_bin_is_as_low_as_it_is_thin():
    # 100 elements in a bin of width 1, 100 in a bin of width 3: a third as dense.
    histogram = Histogram(bin_edges=[0.0, 1.0, 4.0], counts=[[100, 100]])
    [row] = heights(ridgeline("Weights", [0], histogram))
    assert row[3] == pytest.approx(3 * row[-3], abs=0.2)


def test_rows_share_one_scale():
    histogram = Histogram(
        bin_edges=[float(n) for n in range(89)],
        counts=[[0] * 43 + [100] + [0] * 44, [10] * 88],
    )
    narrow, flat = heights(ridgeline("Weights", [0, 1], histogram))
    assert max(narrow) == pytest.approx(88 * max(flat), rel=0.1)


def test_what_lies_beyond_the_axis_is_said():
    histogram = Histogram(bin_edges=[-1000.0, 0.0, 1.0, 1000.0], counts=[[4, 9991, 5]])
    figure = ridgeline("Gradients", [0], histogram)
    assert "at most 0.09% of an epoch's elements lie beyond the axis" in figure


def test_an_epoch_without_a_histogram_has_no_row():
    histogram = Histogram(bin_edges=[0.0, 1.0, 2.0], counts=[[1, 2], None, [0, 0]])
    figure = ridgeline("Weights", [3, 4, 5], histogram)
    assert len(heights(figure)) == 1
    assert "1 of 1 epochs" in figure
    nothing = Histogram(bin_edges=[0.0, 1.0], counts=[None])
    assert ridgeline("Weights", [0], nothing) == ""


def test_many_epochs_are_thinned_to_rows_with_the_first_and_the_last():
    epochs = list(range(100, 600))
    histogram = Histogram(bin_edges=[0.0, 1.0, 2.0], counts=[[1, 2]] * 500)
    figure = ridgeline("Weights", epochs, histogram)
    assert len(heights(figure)) == 16
    assert "ridgeline of epochs 100 to 599" in figure


def test_the_last_row_s_label_has_room():
    epochs = list(range(100, 600))
    histogram = Histogram(bin_edges=[0.0, 1.0, 2.0], counts=[[1, 2]] * 500)
    figure = ridgeline("Weights", epochs, histogram)
    labels = re.findall(r'<text x="48" y="([\d.]+)" text-anchor="end">(\d+)<', figure)
    places = [float(y) for y, _ in labels]
    assert (labels[0][1], labels[-1][1]) == ("100", "599")
    assert min(after - y for y, after in pairwise(places)) >= 11


def test_a_hostile_name_is_text():
    histogram = Histogram(bin_edges=[0.0, 1.0], counts=[[1]])
    assert "<b>" not in ridgeline("<b>", [0], histogram)
