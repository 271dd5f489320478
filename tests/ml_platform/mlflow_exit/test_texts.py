"""Text and floats in the archive come back as they went in."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ml_platform.mlflow_exit.bits import bits_of, value_of, were_infinite
from ml_platform.mlflow_exit.moments import moment
from ml_platform.mlflow_exit.texts import text_read, text_stored


@given(st.text(st.characters(), max_size=20))
def test_any_text_comes_back(text: str) -> None:
    stored = text_stored(text)
    assert text_read(stored) == text
    assert "\x00" not in stored
    stored.encode()


def test_bytes_that_are_no_text_and_marks_come_back() -> None:
    for text in ("\udcff", "\x00", "\ufdd0", "\ufdd0\ufdd0", "\ufdd00000"):
        assert text_read(text_stored(text)) == text


@given(st.floats())
def test_any_float_comes_back_bit_for_bit(value: float) -> None:
    bits = bits_of(value)
    assert bits_of(value_of(bits)) == bits
    assert -(2**63) <= bits < 2**63


def test_what_mlflow_stores_for_an_infinity_is_known() -> None:
    largest = 1.7976931348623157e308
    values = np.array([largest, -largest, math.nextafter(largest, 0), math.nan])
    assert were_infinite(values).tolist() == [True, True, False, False]


def test_a_time_that_no_calendar_has_is_none() -> None:
    assert moment(None) is None
    assert moment(2**62) is None
    assert str(moment(1001)) == "1970-01-01 00:00:01.001000+00:00"
