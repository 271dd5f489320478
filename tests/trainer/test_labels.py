"""What a rating head predicts, and of what kind."""

import numpy as np
import pytest

from trainer import labels


@pytest.mark.parametrize(
    ("name", "values", "is_binary"),
    [
        ("rating", [0, 1, 1], True),
        ("rating", [0, 1, 2], False),
        ("rating", [0.5, 1], False),
        ("quantity", [0, 1], False),
    ],
)
def test_only_ratings_of_zero_and_one_are_binary(
    name: str, values: list[float], is_binary: bool
) -> None:
    label = labels.of_train(name, np.array(values))

    assert label.is_binary is is_binary
    assert label.mean == pytest.approx(np.mean(values))
    assert label.facts()["kind"] == ("binary" if is_binary else "number")


def test_quantities_are_learnt_by_their_logarithm() -> None:
    values = np.array([0.0, 1.0, 9999.0])

    assert labels.transformed("quantity", values) == pytest.approx(np.log(1 + values))
    assert labels.transformed("rating", values).tolist() == values.tolist()
