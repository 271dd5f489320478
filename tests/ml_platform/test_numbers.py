"""How numbers are written."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ml_platform.experiments.presenters import numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.001, "1e-3"),
        (1e-5, "1e-5"),
        (2.5e-4, "2.5e-4"),
        (0.1, "0.1"),
        (0.05, "0.05"),
        (1.0, "1.0"),
        (64, "64"),
        (4096, "4096"),
        (317069, "317,069"),
        (True, "true"),
        (None, "–"),
        ([64, 32], "64, 32"),
        ({"words": 40_000, "segment": 5}, "words 40,000, segment 5"),
        ({}, "–"),
        (float("nan"), "NaN"),
        (float("-inf"), "−Inf"),
        ("<script>", "<script>"),
    ],
)
def test_params_stand_as_typed(value: Any, text: str) -> None:
    assert numbers.param(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "–"),
        (0, "0 s"),
        (48.2, "48 s"),
        (572, "9 min 32 s"),
        (185, "3 min 05 s"),
        (2760, "46 min"),
        (6120, "1 h 42 min"),
    ],
)
def test_durations(seconds: float | None, text: str) -> None:
    assert numbers.duration(seconds) == text


def test_absent_is_never_zero() -> None:
    assert (numbers.loss(None), numbers.loss(0.0)) == ("–", "0.000")
    assert (numbers.percent(None), numbers.percent(0.0)) == ("–", "0.00")


def test_a_difference_always_has_its_sign() -> None:
    assert numbers.difference(0.149) == "+0.149"
    assert numbers.difference(-0.025) == "−0.025"
    assert numbers.difference(0.0001) == "±0.000"
    assert numbers.points(0.0455) == "+4.55 pp"


@pytest.mark.parametrize(
    ("value", "text"),
    [(9.9912, "9.991"), (0, "0"), (3204, "3,204"), (1e-7, "1e-7"), (-2.243, "−2.243")],
)
def test_others_have_four_figures(value: float, text: str) -> None:
    assert numbers.significant(value) == text


def test_times() -> None:
    at = datetime(2026, 11, 23, 9, 14, tzinfo=UTC)
    assert numbers.moment(at) == "23 Nov 2026, 09:14 UTC"
    assert numbers.short_moment(at) == "23 Nov 09:14"
    assert numbers.age(timedelta(seconds=48)) == "48 s"
