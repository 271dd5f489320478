"""What the page draws of quality: recall bars against popularity, rating metrics."""

import math
from dataclasses import dataclass, replace

from ml_platform.experiments.presenters import numbers
from ml_platform.experiments.presenters.run_view import RunView
from ml_platform.experiments.presenters.terms import metric_term
from ml_platform.experiments.presenters.tiles import RECALL_AT, popularity


@dataclass(frozen=True)
class Bar:
    """One bar: widths are percent of the plot, 0 to 100; full values are in percent."""

    k: int
    value: str
    full: str
    width: float
    baseline: str = numbers.ABSENT
    baseline_full: str = ""
    difference_full: str = ""
    note: str = ""
    tick: float | None = None


@dataclass(frozen=True)
class RecallChart:
    """The bars and the axis under them."""

    bars: list[Bar]
    ticks: list[tuple[float, str]]
    has_popularity: bool
    summary: str


def recall_chart(view: RunView) -> RecallChart | None:
    """Returns the bars, None where no recall was measured on the test split."""
    values = {k: view.final(f"test_recall_at_{k}") for k in RECALL_AT}
    found = {k: value for k, value in values.items() if value is not None}
    if not found:
        return None
    baselines = {k: popularity(view, k) for k in found}
    known = [value for value in baselines.values() if value is not None]
    top, ticks = _axis(max(*found.values(), *known, 1e-6))
    return RecallChart(
        bars=[_bar(k, value, baselines[k], top) for k, value in found.items()],
        ticks=ticks,
        has_popularity=bool(known),
        summary=_summary(found, baselines),
    )


def validation_recall_at(view: RunView) -> int | None:
    """Returns the k of the validation recall to draw, None where there is none."""
    measured = [
        k for k in RECALL_AT if any(view.series("metrics", f"val_recall_at_{k}"))
    ]
    return 10 if 10 in measured else measured[0] if measured else None


def ranking_metrics(view: RunView) -> list[tuple[str, str]]:
    """Returns name and word of each rating metric that was recorded an epoch."""
    return [
        (name, metric_term(name).word)
        for name in ("auc_roc", "auc", "rmse", "root_mean_squared_error", "mae")
        if any(
            value is not None
            for group in ("loss", "metrics")
            for prefix in ("", "val_")
            for value in view.series(group, prefix + name)
        )
    ]


def protocol_sentence(view: RunView) -> str:
    """Returns the evaluation protocol, which is never apart from recall."""
    told = view.evaluation
    parts = []
    if split := told.get("split"):
        parts.append(split_word(split))
    for key, noun in (("candidates", "candidates"), ("examples", "examples")):
        if isinstance(told.get(key), int | float):
            parts.append(f"{numbers.count(told[key])} {noun}")
    return ", ".join(parts)


def split_word(split: object) -> str:
    """Returns how the data were split, as a sentence says it."""
    return "by time" if split == "time" else f"{split} split"


def _bar(k: int, value: float, baseline: float | None, top: float) -> Bar:
    alone = Bar(k, numbers.percent(value), repr(100 * value), _width(value, top))
    if baseline is None:
        return alone
    note = numbers.points(value - baseline)
    if baseline > 0:
        note += f", ×{value / baseline:.1f}"
    return replace(
        alone,
        baseline=numbers.percent(baseline),
        baseline_full=repr(100 * baseline),
        difference_full=repr(100 * (value - baseline)),
        note=note,
        tick=_width(baseline, top),
    )


def _width(value: float, top: float) -> float:
    return round(100 * value / top, 3)


def _axis(highest: float) -> tuple[float, list[tuple[float, str]]]:
    step = 10 ** math.floor(math.log10(highest))
    for factor in (0.2, 0.5, 1, 2):
        if highest / (step * factor) <= 4:
            step *= factor
            break
    top = math.ceil(highest * 1.02 / step) * step
    shown = [i * step for i in range(round(top / step) + 1)]
    return top, [(round(100 * x / top, 3), f"{100 * x:.6g}") for x in shown]


def _summary(found: dict[int, float], baselines: dict[int, float | None]) -> str:
    parts = [
        f"recall@{k} {numbers.percent(value)} %"
        + (f" (popularity {numbers.percent(baselines[k])} %)" if baselines[k] else "")
        for k, value in found.items()
    ]
    return "Test recall: " + ", ".join(parts)
