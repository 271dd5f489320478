"""What the report draws of a document: which curves, ridgelines and marks."""

from collections.abc import Mapping, Sequence
from typing import Any

from components.curves import Curve, Event, chart
from components.ridges import ridgeline
from training_metrics.document import TowerStatistics, TrainingMetrics

_CURVES_A_CHART = 5
_CHARTS_OF_METRICS = 24
_RIDGELINES = 6
_MARKED = ("nan", "+inf", "-inf")
_WORDS = {
    "gradient_collapse": "collapse",
    "nan_onset": "NaN",
    "overfitting_onset": "overfitting",
}


def figures(document: TrainingMetrics) -> str:
    """Curves of losses, norms and metrics, then a ridgeline for each tower."""
    drawn = _chart("Loss", "loss", document.loss, document)
    drawn += _chart("Weight norm, L2", "gradient", document.gradient, document)
    norms = {
        tower: statistics.norm
        for tower, statistics in document.gradient_stats.items()
        if statistics.norm
    }
    drawn += _chart("Gradient norm, L2", "gradient_stats", norms, document)
    for name, values in list(document.metrics.items())[:_CHARTS_OF_METRICS]:
        drawn += _chart(name, "metrics", {name: values}, document)
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
) -> str:
    shown = dict(list(series.items())[:_CURVES_A_CHART])
    best = best_epochs(document)
    curves = [
        Curve(
            name,
            values,
            _marks(document, f"{section}.{name}"),
            best.get(name, best.get(f"{section}.{name}")),
        )
        for name, values in shown.items()
    ]
    return chart(title, document.epochs, curves, _events(section, shown, document))


def _marks(document: TrainingMetrics, path: str) -> list[tuple[int, str]]:
    """The epochs whose value is not finite; a tower's norm stands for the tower."""
    paths = (path, f"{path}.norm")
    return [
        (anomaly.epoch, anomaly.kind)
        for anomaly in document.anomalies
        if anomaly.path in paths
        and anomaly.kind in _MARKED
        and anomaly.epoch in document.epochs
    ]


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
            found.setdefault((word, epoch), []).append(about)
    return [
        Event(epoch, f"{word} of {about[0] if len(about) == 1 else len(about)}")
        for (word, epoch), about in found.items()
    ]


def _findings(document: TrainingMetrics) -> list[dict[str, Any]]:
    return [
        finding.model_dump(mode="json", exclude_none=True)
        for finding in document.diagnosis
    ]


def _left(count: int, what: str) -> str:
    return f"<p>{count} more {what} are in the document.</p>" if count > 0 else ""
