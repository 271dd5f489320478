"""Findings from a run's numbers."""

from typing import Any

import pytest

from trainer.diagnosis import Gradients, History

NONE = Gradients({}, {})
NAN = float("nan")


def _run(series: dict[str, list[float]], metric: str = "val_loss") -> list[Any]:
    history = History(metric)
    found = []
    for epoch in range(len(next(iter(series.values())))):
        logs = {name: values[epoch] for name, values in series.items()}
        found += history.add(epoch, logs, NONE)
    return found + history.finish()


def _kinds(found: list[Any]) -> list[tuple[str, int]]:
    return [(finding["kind"], finding["epoch"]) for finding in found]


def test_the_best_epoch_is_the_least_loss_or_the_greatest_recall() -> None:
    assert _kinds(_run({"val_loss": [3, 1, 1, 1]})) == [("best_epoch", 1)]
    assert _kinds(_run({"recall": [3, 1, 3]}, "recall")) == [("best_epoch", 0)]


def test_overfitting_begins_after_the_least_validation_loss() -> None:
    found = _run({"val_loss": [3, 2, 2.5, 2.6]})

    assert ("overfitting_onset", 2) in _kinds(found)


def test_a_loss_that_came_back_is_no_overfitting() -> None:
    assert _kinds(_run({"val_loss": [3, 2, 2.5, 2.01]})) == [("best_epoch", 1)]


def test_numbers_that_are_not_finite_are_found_once_where_they_began() -> None:
    found = _run({"loss": [1, NAN, NAN], "val_loss": [2, 3, NAN]})

    assert _kinds(found) == [
        ("nan_onset", 1),
        ("nan_onset", 2),
        ("overfitting_onset", 1),
        ("best_epoch", 0),
    ]


def test_the_variable_and_step_of_an_onset_are_named() -> None:
    found = History("val_loss").add(4, {}, Gradients({}, {"query/a:0": 417}))

    assert found == [
        {"kind": "nan_onset", "variable": "query/a:0", "epoch": 4, "step": 417}
    ]


@pytest.mark.parametrize("norm", [0.0, 1e-4])
def test_a_towers_gradient_collapses(norm: float) -> None:
    history = History("val_loss")

    first = history.add(0, {}, Gradients({"query": 1.0, "candidate": 1.0}, {}))
    second = history.add(1, {}, Gradients({"query": norm, "candidate": 0.5}, {}))
    third = history.add(2, {}, Gradients({"query": norm, "candidate": 0.5}, {}))

    assert first == third == []
    assert second == [
        {"kind": "gradient_collapse", "tower": "query", "epoch": 1, "value": norm}
    ]
