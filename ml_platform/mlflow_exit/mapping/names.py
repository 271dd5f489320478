"""Where a metric's key belongs in the document, by its name alone.

Towers and bins are found in the platform's own naming and its cousins: `_`, `/` or `.`
between the parts, `grad` or `gradient`, padded bin numbers.
"""

import re
from typing import NamedTuple

from training_metrics.routing import is_final, series_key

_SEPARATOR = "[_/.]"
_GRADIENT = "grad(?:ient)?s?"
_BIN = re.compile(
    rf"(?P<tower>.+?){_SEPARATOR}(?P<gradient>{_GRADIENT}{_SEPARATOR})?"
    rf"hist(?:ogram)?{_SEPARATOR}bin{_SEPARATOR}(?P<bin>\d{{1,5}})"
)
_EDGES = re.compile(
    rf"(?P<tower>.+?){_SEPARATOR}(?P<gradient>{_GRADIENT}{_SEPARATOR})?"
    rf"hist(?:ogram)?{_SEPARATOR}bin{_SEPARATOR}edges"
)
_WEIGHT = re.compile(rf"(.+){_SEPARATOR}weights?{_SEPARATOR}(mean|std|min|max)")
_GRAD = re.compile(rf"(.+){_SEPARATOR}{_GRADIENT}{_SEPARATOR}(mean|std|min|max|norm)")
_COLLAPSE = "gradient_collapse_epoch"


class Place(NamedTuple):
    """A place in the document.

    Attributes:
        section: a top-level name of the document.
        parts: what leads to the series within it.
        bin: the histogram's bin, None elsewhere.
    """

    section: str
    parts: tuple[str, ...]
    bin: int | None = None


def metric_place(key: str) -> Place:
    """Returns the place of a metric.

    >>> metric_place("query_grad_hist_bin_07")
    Place(section='gradient_stats', parts=('query', 'histogram'), bin=7)
    >>> metric_place("test_recall_at_5")
    Place(section='final_metrics', parts=('test_recall_at_5',), bin=None)
    """
    if is_final(key):
        return Place("final_metrics", (key,))
    if key == _COLLAPSE:
        return Place("diagnosis", ("gradient_collapse",))
    if met := _BIN.fullmatch(key):
        return Place(_stats(met), (met["tower"], "histogram"), int(met["bin"]))
    if met := _WEIGHT.fullmatch(key):
        return Place("weight_stats", (met[1], met[2]))
    if met := _GRAD.fullmatch(key):
        return Place("gradient_stats", (met[1], met[2]))
    if key.endswith(("/weight_norm", ".weight_norm")):
        return Place("gradient", (key[: -len("/weight_norm")],))
    section, *parts = series_key(key)
    return Place(section, tuple(parts))


def edges_place(param: str) -> Place | None:
    """Returns the histogram whose bin edges a parameter holds, None for others."""
    met = _EDGES.fullmatch(param)
    return Place(_stats(met), (met["tower"], "histogram")) if met else None


def _stats(met: re.Match[str]) -> str:
    return "gradient_stats" if met["gradient"] else "weight_stats"
