"""What the report draws of a document: which curves, ridgelines and marks."""

from collections.abc import Mapping, Sequence
from typing import Any

from components.curves import Curve, Event, chart
from components.ridges import ridgeline
from training_metrics.document import TowerStatistics, TrainingMetrics

Marks = dict[str, list[tuple[int, str]]]

_CURVES_A_CHART = 5
_CHARTS_OF_METRICS = 24
_RIDGELINES = 6
_MARK_CHARACTERS = 20
_MARKED = ("nan", "+inf", "-inf")
_WORDS = {
    "gradient_collapse": "collapse",
    "nan_onset": "NaN",
    "overfitting_onset": "overfitting",
}


def figures(document: TrainingMetrics) -> str:
    """Curves of losses, norms and metrics, then a ridgeline for each tower."""
    marks = _marks(document)
    drawn = _chart("Loss", "loss", document.loss, document, marks)
    drawn += _chart("Weight norm, L2", "gradient", document.gradient, document, marks)
    norms = {
        tower: statistics.norm
        for tower, statistics in document.gradient_stats.items()
        if statistics.norm
    }
    drawn += _chart("Gradient norm, L2", "gradient_stats", norms, document, marks)
    for name, values in list(document.metrics.items())[:_CHARTS_OF_METRICS]:
        drawn += _chart(name, "metrics", {name: values}, document, marks)
    drawn += _left(len(document.metrics) - _CHARTS_OF_METRICS, "series")
    return drawn + _ridgelines(document)


def best_epochs(document: TrainingMetrics) -> dict[str, int]:
    """The best epoch of each series that the run's diagnosis names one for."""
    return {
        event["series"]: event["epoch"]
        for event in _findings(document)
        if event["kind"] == "best_epoch"
    }


def _ridgelines(document: TrainingMetrics) -> str:
    sections: Sequence[tuple[str, Mapping[str, TowerStatistics]]] = (
        ("Weights", document.weight_stats),
        ("Gradients", document.gradient_stats),
    )
    every = [
        (f"{word} of {tower}", statistics.histogram)
        for word, towers in sections
        for tower, statistics in towers.items()
        if statistics.histogram
    ]
    drawn = "".join(
        ridgeline(title, document.epochs, histogram)
        for title, histogram in every[:_RIDGELINES]
    )
    return drawn + _left(len(every) - _RIDGELINES, "histograms")


def _chart(
    title: str,
    section: str,
    series: Mapping[str, list[float | None]],
    document: TrainingMetrics,
    marks: Marks,
) -> str:
    shown = dict(list(series.items())[:_CURVES_A_CHART])
    best = best_epochs(document)
    curves = [
        Curve(
            name,
            values,
            marks.get(f"{section}.{name}", ()),
            best.get(name, best.get(f"{section}.{name}")),
        )
        for name, values in shown.items()
    ]
    return chart(title, document.epochs, curves, _events(section, shown, document))


def _marks(document: TrainingMetrics) -> Marks:
    """By path, the epochs whose value is not finite; a tower's norm is the tower's."""
    known = set(document.epochs)
    marks: Marks = {}
    for anomaly in document.anomalies:
        if anomaly.kind in _MARKED and anomaly.epoch in known:
            path = anomaly.path.removesuffix(".norm")
            marks.setdefault(path, []).append((anomaly.epoch, anomaly.kind))
    return marks


def _events(
    section: str, series: Mapping[str, Any], document: TrainingMetrics
) -> list[Event]:
    """The findings about one of these series, or, at the gradients, about a tower."""
    found: dict[tuple[str, int], list[str]] = {}
    for finding in _findings(document):
        word, epoch = _WORDS.get(finding["kind"]), finding.get("epoch")
        if word is None or epoch not in document.epochs:
            continue
        about = finding.get("series", "").removeprefix(f"{section}.")
        if section == "gradient_stats":
            about = finding.get("tower", "") or finding.get("variable", "")
        if about in series or (about and section == "gradient_stats"):
            found.setdefault((word, epoch), []).append(_end(about))
    return [
        Event(epoch, f"{word} of {', '.join(about) if len(about) < 3 else len(about)}")
        for (word, epoch), about in found.items()
    ]


def _end(name: str) -> str:
    """What of a long name fits beside its mark; its end tells it apart."""
    return name if len(name) <= _MARK_CHARACTERS else f"…{name[-_MARK_CHARACTERS:]}"


def _findings(document: TrainingMetrics) -> list[dict[str, Any]]:
    return [
        finding.model_dump(mode="json", exclude_none=True)
        for finding in document.diagnosis
    ]


def _left(count: int, what: str) -> str:
    return f"<p>{count} more {what} are in the document.</p>" if count > 0 else ""
