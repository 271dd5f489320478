"""Names of metrics as the field writes them, and how their values are written.

`rmse` is shown as RMSE, `recall_at_10` as Recall@10 in percent. A name nobody knows
stays as the document has it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from ml_platform.experiments.presenters import numbers

_WORDS = {
    "loss": "Loss",
    "regularization_loss": "Regularisation",
    "regularization": "Regularisation",
    "total_loss": "Total loss",
    "rmse": "RMSE",
    "root_mean_squared_error": "RMSE",
    "mae": "MAE",
    "mean_absolute_error": "MAE",
    "mse": "MSE",
    "auc_roc": "AUC",
    "auc": "AUC",
    "logloss": "Log loss",
}
_AT_K = re.compile(r"(user_)?(recall|precision|ndcg|hit_rate|mrr|map)_at_(\d+)")
_MEASURES = {"ndcg": "NDCG", "mrr": "MRR", "map": "MAP", "hit_rate": "Hit rate"}
_SHARES = frozenset({"recall", "precision", "ndcg", "hit_rate"})
_ORDER = (*_WORDS, "")


@dataclass(frozen=True)
class Term:
    """A metric's name with its unit, its place among the others, its digits."""

    word: str
    order: tuple[int, str, int]
    show: Callable[[float | None], str]


def metric_term(name: str) -> Term:
    """Returns how a metric is written.

    Args:
        name: Without `test_`, `final_` or `val_`.
    """
    if found := _AT_K.fullmatch(name):
        by_user, measure, k = found.groups()
        word = f"{_MEASURES.get(measure, measure.capitalize())}@{k}"
        word += " by buyer" if by_user else ""
        order = (len(_ORDER) + bool(by_user), measure, int(k))
        if measure in _SHARES:
            return Term(f"{word}, %", order, numbers.percent)
        return Term(word, order, numbers.significant)
    if name in _WORDS:
        return Term(_WORDS[name], (_ORDER.index(name), "", 0), numbers.loss)
    return Term(name, (len(_ORDER) + 2, name, 0), numbers.significant)
