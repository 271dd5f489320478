"""Final metrics as people read them: word, unit, digits, and which way is better.

A metric is told by its name alone, so that one that nobody has seen before is shown,
ranked and drawn like those that have a column of their own.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ml_platform.experiments.columns import FINAL_COLUMNS
from ml_platform.experiments.presenters import numbers
from ml_platform.experiments.presenters.terms import metric_term
from ml_platform.experiments.selectors.rankings import Measure

CACHED = ("best_val_loss", *FINAL_COLUMNS)
"""Metrics that have a column of their own, in the order of questions."""

_LOWER_IS_BETTER = re.compile(r"loss|rmse|mae|mse|error|seconds")
_SHARE = re.compile(r"recall|precision|ndcg|hit_rate")
_WORDS = {"best_val_loss": "Best validation loss"}
_SPLITS = (
    ("test_train_mean_", "Training mean's", ""),
    ("test_user_popularity_", "Popularity", "user_"),
    ("test_popularity_", "Popularity", ""),
    ("test_", "Test", ""),
)
"""What a name begins with, how that is written, and how the metric's own begins."""


@dataclass(frozen=True)
class Metric(Measure):
    """A measure as it is written; `difference` writes one value less another."""

    word: str
    show: Callable[[float | None], str]
    difference: Callable[[float], str]

    def best(self, values: list[float]) -> float | None:
        """Returns the best of the values, None of none or where all are equal."""
        if len(set(values)) < 2:
            return None
        return max(values) if self.higher_is_better else min(values)


def metric_of(name: str) -> Metric:
    """Returns the metric of that name."""
    share = bool(_SHARE.search(name))
    loss = "loss" in name
    word = _WORDS.get(name) or _word(name)
    return Metric(
        name=name,
        word=f"{word}, %" if share else word,
        higher_is_better=not _LOWER_IS_BETTER.search(name),
        show=numbers.percent if share else numbers.loss if loss else _four,
        difference=numbers.points if share else numbers.difference,
    )


def metric_names(finals: list[Mapping[str, Any]]) -> list[str]:
    """Returns every metric of the finals given: cached ones first, then by name."""
    found = {
        name
        for told in finals
        for name, value in told.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
    known = (name for name in FINAL_COLUMNS if name in found)
    return ["best_val_loss", *known, *sorted(found - set(CACHED))]


def _word(name: str) -> str:
    """Returns `Test RMSE` for `test_rmse`; a name that nobody knows as it is."""
    for start, word, own in _SPLITS:
        if name.startswith(start):
            metric = own + name.removeprefix(start)
            term = metric_term(metric).word.removesuffix(", %")
            if term == metric:
                return name
            if not term[:2].isupper():
                term = term[0].lower() + term[1:]
            return f"{word} {term}"
    return name


def _four(value: float | None) -> str:
    return numbers.significant(value)
