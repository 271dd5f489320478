"""Numbers as text: fewest digits, the same float32, strict JSON."""

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from training_metrics.floats import all_to_texts, as_read, to_texts

float32s = st.floats(width=32, allow_nan=False, allow_infinity=False)


def to_text(values):
    return "".join(to_texts(values))


def digits(text: str) -> int:
    """Significant digits of a decimal."""
    mantissa = text.lower().split("e")[0].replace("-", "").replace(".", "")
    return len(mantissa.strip("0")) or 1


@given(st.lists(float32s, max_size=50))
def test_reads_back_as_the_same_float32(values):
    read = json.loads(to_text(values))
    assert (
        np.array(read, np.float32).tobytes() == np.array(values, np.float32).tobytes()
    )


@given(float32s)
def test_no_shorter_decimal_exists(value):
    """NumPy's own shortest decimal has as many digits."""
    ours = digits(to_text([value])[1:-1])
    assert ours <= digits(str(np.float32(value)))


def test_every_power_of_two_is_shortest():
    """Powers of two have an uneven rounding interval, where a naive search fails."""
    for exponent in range(-149, 128):
        value = 2.0**exponent
        text = to_text([value])[1:-1]
        assert np.float32(float(text)) == np.float32(value)
        assert digits(text) <= digits(str(np.float32(value))), exponent


def test_pinned_texts():
    values = [0.0, -0.0, 1.0, 0.1, -12.5, None, 1e20, 16777216.0, 3.4028234663852886e38]
    assert to_text(values) == (
        "[0, -0.0, 1, 0.1, -12.5, null, 1e+20, 16777216, 3.4028235e+38]"
    )


def test_a_number_beyond_float32_keeps_its_float64_digits():
    """It would otherwise be written as infinity or as zero."""
    assert to_text([1e300, 1e-300, -2.5e-50]) == "[1e+300, 1e-300, -2.5e-50]"


def test_a_long_series_is_written_as_a_short_one():
    values = [0.1, None, 2.0] * 1000
    assert json.loads(to_text(values)) == values


def test_nothing_to_write():
    assert to_text([]) == "[]"


@given(st.lists(float32s, max_size=50))
def test_the_digits_are_those_of_numpys_own_search(values):
    """One number after the other, which takes longer."""
    narrow = np.array(values, np.float32)
    theirs = narrow.astype("S24").astype(np.float64)
    assert as_read(narrow.astype(np.float64)).tobytes() == theirs.tobytes()


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=50))
def test_what_is_read_back_is_known_before(values):
    read = np.array(json.loads(to_text(values)), np.float64)
    assert as_read(np.array(values, np.float64)).tobytes() == read.tobytes()


@given(st.lists(st.lists(st.none() | float32s, max_size=9), max_size=9), st.booleans())
def test_many_are_written_as_each_by_itself(series, long):
    series += [[0.1] * 2500, [1.0, None]] if long else []
    texts = ["".join(pieces) for pieces in all_to_texts(series)]
    assert texts == list(map(to_text, series))
