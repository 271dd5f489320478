"""Where a scatter's points and ticks stand, for numbers, words and what is between."""

from typing import Any

import pytest

from ml_platform.experiments.presenters.finals import metric_of
from ml_platform.experiments.presenters.scatter import MOST_CATEGORIES, Scatter, scatter

RECALL = metric_of("test_recall_at_10")


def rows(params: list[Any], values: list[float] | None = None) -> list[dict[str, Any]]:
    found = values or [0.01 * (index + 1) for index in range(len(params))]
    return [
        {"pk": i, "number": i, "name": f"run {i}", "params": {"p": param}, "value": v}
        for i, (param, v) in enumerate(zip(params, found, strict=True))
    ]


def drawn(params: list[Any], scale: str = "") -> Scatter:
    return scatter(rows(params), RECALL, "p", scale)


def test_a_wide_range_is_logarithmic_and_can_be_made_linear() -> None:
    picture = drawn([1e-4, 1e-3, 1e-2])
    assert (picture.kind, picture.kinds) == ("log", ["log", "linear"])
    # Points run from best (the last) to worst; a decade is as wide as any other.
    assert [point.x for point in picture.points] == [97.0, 50.0, 3.0]
    assert [tick.word for tick in picture.x_ticks] == ["1e-4", "1e-3", "0.01"]
    # (0.001 - 0.0001) / (0.01 - 0.0001) of 94 percent, 3 percent inside.
    linear = drawn([1e-4, 1e-3, 1e-2], "linear")
    assert linear.points[1].x == pytest.approx(3 + 94 * 9e-4 / 9.9e-3, abs=0.01)


@pytest.mark.parametrize("params", [[0, 1e-4, 1], [-1, 5, 500], [3, 3, 3]])
def test_what_has_no_logarithm_or_no_width_is_linear(params: list[Any]) -> None:
    picture = drawn(params, "log")
    assert (picture.kind, picture.kinds) == ("linear", ["linear"])
    assert all(0 < point.x < 100 for point in picture.points)


@pytest.mark.parametrize(
    "params", [["adam", "adagrad"], [True, False], [1, "auto"], [[64, 32], [64]]]
)
def test_words_switches_and_lists_have_a_place_each(params: list[Any]) -> None:
    picture = drawn(params)
    assert picture.kind == "category"
    assert sorted(tick.at for tick in picture.x_ticks) == [25.0, 75.0]


def test_many_words_are_put_together_as_others() -> None:
    picture = drawn([f"word {index:02}" for index in range(20)])
    assert len(picture.x_ticks) == MOST_CATEGORIES + 1
    assert picture.x_ticks[-1].word == "others"
    assert len(picture.points) == 20


def test_runs_without_the_parameter_are_counted() -> None:
    picture = drawn([1.0, None, "", 2.0])
    assert (len(picture.points), picture.without) == (2, 2)
    assert drawn([None]).points == []


def test_the_best_is_told_and_ticks_share_their_decimals() -> None:
    picture = scatter(rows([1, 2, 3], [0.0571, 0.067, 0.06]), RECALL, "p")
    best = picture.points[0]
    assert (best.best, best.value, best.param) == (True, "6.70", "2")
    assert "best 6.70 at 2, #1 run 1" in picture.summary
    words = [tick.word for tick in picture.y_ticks]
    assert words == ["5.8", "6.0", "6.2", "6.4", "6.6"]
    lowest = scatter(rows([1, 2], [5.0, 4.0]), metric_of("test_loss"), "p")
    assert lowest.points[0].value == "4.000"
