"""Which section of the document a name belongs to (CONTRACT.md 1)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from training_metrics.state import Key
from training_metrics.values import to_name

_LOSS_NAMES: Final = frozenset({"rmse", "mae", "auc_roc"})
_NORM: Final = "weight_norm"
_FINAL_PREFIXES: Final = ("final_", "test_")


@lru_cache(maxsize=256)
def series_keys(names: tuple[Any, ...]) -> tuple[Key, ...]:
    """The places of one call's metrics; a trainer logs the same names every epoch.

    Raises:
        BadValue: a name is no text.
    """
    return tuple(series_key(to_name(name)) for name in names)


def series_key(name: str) -> Key:
    """The place of a per-epoch metric.

    >>> series_key("val_total_loss")
    ('loss', 'val_total_loss')
    >>> series_key("weight_norm"), series_key("query_weight_norm")
    (('gradient', 'total'), ('gradient', 'query'))
    >>> series_key("learning_rate")
    ('metrics', 'learning_rate')
    """
    plain = name.removeprefix("val_")
    if plain.endswith("loss") or plain in _LOSS_NAMES:
        return ("loss", name)
    if name == _NORM:
        return ("gradient", "total")
    if name.endswith(f"_{_NORM}"):
        return ("gradient", name.removesuffix(f"_{_NORM}"))
    return ("metrics", name)


def is_final(name: str) -> bool:
    """Whether a metric logged without a step is of the run by its name."""
    return name.startswith(_FINAL_PREFIXES)
