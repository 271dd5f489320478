"""The run's report: one self-contained HTML page of at most 300 KB.

Vertex AI and KFP show it as an artifact in a sandboxed frame, so it has no script and
no file beside it. It shows what the document holds and computes nothing of its own.
"""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from components.curves import Curve, chart
from training_metrics.document import TrainingMetrics

_STYLE = """
:root{color-scheme:light dark;--bg:#f5f6f8;--card:#fff;--ink:#15181c;--ink2:#454c56;
--line:#dde1e7;--c1:#0b4dc2;--c2:#a62b1e;--c3:#0c9478;--c4:#9a6cc0;--c5:#ad7f00}
@media(prefers-color-scheme:dark){:root{--bg:#0e1114;--card:#161a1f;--ink:#eceff3;
--ink2:#b9c1cc;--line:#2b323b;--c1:#4c8dff;--c2:#e4632f;--c3:#5fdda0;--c4:#f191cf;
--c5:#f2d94e}}
body{margin:24px;background:var(--bg);color:var(--ink);max-width:1320px;
font:13px/20px system-ui,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif;
font-variant-numeric:tabular-nums}
h1{font-size:22px;line-height:28px;margin:0 0 4px}h2{font-size:14px;margin:24px 0 8px}
p{margin:0 0 8px;color:var(--ink2)}main{display:grid;gap:16px;
grid-template-columns:repeat(auto-fill,minmax(min(100%,420px),1fr))}
figure,section{margin:0;padding:12px 16px;background:var(--card);
border:1px solid var(--line);border-radius:6px}figcaption{font-weight:600}
figure ul{list-style:none;margin:4px 0;padding:0;display:flex;flex-wrap:wrap;gap:12px;
font-size:12px;color:var(--ink2)}figure li::before{content:"";display:inline-block;
width:12px;height:3px;margin:0 6px 3px 0;background:currentColor}
figure li b{color:var(--ink)}svg{width:100%;height:auto}
svg text{font-size:11px;fill:var(--ink2)}.grid{stroke:var(--line)}
polyline{fill:none;stroke:currentColor;stroke-width:1.75;stroke-linejoin:round}
g circle,.filled{fill:currentColor}.best,.hollow{fill:var(--card);stroke:currentColor;
stroke-width:1.5}table{border-collapse:collapse;width:100%}
td,th{padding:4px 8px 4px 0;text-align:left;border-bottom:1px solid var(--line);
overflow-wrap:anywhere}th{font-weight:500;color:var(--ink2)}
.c1{color:var(--c1)}.c2{color:var(--c2)}.c3{color:var(--c3)}.c4{color:var(--c4)}
.c5{color:var(--c5)}@media print{body{margin:0;background:#fff}}
"""
_CURVES_A_CHART = 5
_CHARTS_OF_METRICS = 24
_ROWS_LIMIT = 200


def report_html(document: TrainingMetrics) -> str:
    """The whole page."""
    title = f"Training run {document.run.get('quick_test_id', '')}".strip()
    figures = _figures(document)
    nothing = "<p>No epoch was recorded.</p>" if not figures else ""
    tables = (
        _table("Final metrics", document.final_metrics)
        + _table("Evaluation protocol", document.run.get("evaluation", {}))
        + _table("Parameters", document.params)
        + _table("Versions", document.run.get("versions", {}))
        + _listed("Anomalies", document.anomalies)
        + _listed("Diagnosis", document.diagnosis)
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>"
        f"<h1>{escape(title)}</h1>{_facts(document)}{nothing}"
        f"<main>{figures}{tables}</main></html>"
    )


def best_epochs(document: TrainingMetrics) -> dict[str, int]:
    """The best epoch of each series that the run's diagnosis names one for."""
    return {
        event["series"]: event["epoch"]
        for event in map(_plain, document.diagnosis)
        if event["kind"] == "best_epoch"
    }


def _facts(document: TrainingMetrics) -> str:
    epochs = document.epochs
    span = f", epochs {epochs[0]} to {epochs[-1]}" if epochs else ""
    status = escape(document.status or "unknown status")
    facts = f"<p>{status}{span}, saved {document.saved_at}</p>"
    if document.error:
        facts += f"<p><b>Why:</b> {escape(str(_plain(document.error)['message']))}</p>"
    return facts


def _figures(document: TrainingMetrics) -> str:
    drawn = _chart("Loss", "loss", document.loss, document)
    drawn += _chart("Weight norm, L2", "gradient", document.gradient, document)
    norms = {
        tower: _plain(stats)["norm"]
        for tower, stats in document.gradient_stats.items()
        if _plain(stats).get("norm")
    }
    drawn += _chart("Gradient norm, L2", "gradient_stats", norms, document)
    for name, values in list(document.metrics.items())[:_CHARTS_OF_METRICS]:
        drawn += _chart(name, "metrics", {name: values}, document)
    left = len(document.metrics) - _CHARTS_OF_METRICS
    if left > 0:
        drawn += f"<p>{left} more series are in the document.</p>"
    return drawn


def _chart(
    title: str,
    section: str,
    series: Mapping[str, list[float | None]],
    document: TrainingMetrics,
) -> str:
    marks: dict[str, list[tuple[int, str]]] = {}
    for anomaly in map(_plain, document.anomalies):
        if anomaly.get("epoch") in document.epochs:
            at = (anomaly["epoch"], anomaly["kind"])
            marks.setdefault(anomaly["path"], []).append(at)
    best = best_epochs(document)
    curves = [
        Curve(
            name,
            values,
            [
                mark
                for mark in marks.get(f"{section}.{name}", [])
                if mark[1] in ("nan", "+inf", "-inf")
            ],
            best.get(f"{section}.{name}"),
        )
        for name, values in list(series.items())[:_CURVES_A_CHART]
    ]
    return chart(title, document.epochs, curves)


def _table(title: str, values: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><th>{escape(str(name))}</th><td>{escape(_text(value))}</td></tr>"
        for name, value in list(values.items())[:_ROWS_LIMIT]
    )
    return f"<section><h2>{title}</h2><table>{rows}</table></section>" if rows else ""


def _listed(title: str, events: Iterable[Any]) -> str:
    plain = [_plain(event) for event in events]
    rows = "".join(
        "<tr><td>"
        + escape(", ".join(f"{key} {_text(value)}" for key, value in event.items()))
        + "</td></tr>"
        for event in plain[:_ROWS_LIMIT]
    )
    return f"<section><h2>{title}</h2><table>{rows}</table></section>" if rows else ""


def _text(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _plain(value: Any) -> dict[str, Any]:
    """A model of the document, or a mapping, as a dict without its absent fields."""
    if hasattr(value, "model_dump"):
        dumped: dict[str, Any] = value.model_dump(mode="json", exclude_none=True)
        return dumped
    return dict(value)
