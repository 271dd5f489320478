"""The run's report: one self-contained HTML page of at most 300 KB.

`python -m components.report gs://bucket/quick_tests/42/training_metrics.json out.html`
makes it of any document. Vertex AI and KFP show it as an artifact in a sandboxed
frame, so it has no script and no file beside it. It shows what the document holds and
computes nothing of its own.
"""

import sys
from html import escape
from pathlib import Path

from components.figures import figures
from components.findings import anomalies_section, diagnosis_section
from components.tables import others, recall_table, table
from training_metrics.document import TrainingMetrics
from training_metrics.errors import TrainingMetricsError
from training_metrics.reading import read_document

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
grid-template-columns:repeat(auto-fill,minmax(min(100%,380px),1fr))}
figure,section{margin:0;padding:12px 16px;background:var(--card);
border:1px solid var(--line);border-radius:6px}figcaption{font-weight:600}
figure ul{list-style:none;margin:4px 0;padding:0;display:flex;flex-wrap:wrap;gap:12px;
font-size:12px;color:var(--ink2)}figure li::before{content:"";display:inline-block;
width:12px;height:3px;margin:0 6px 3px 0;background:currentColor}
figure li b{color:var(--ink)}svg{width:100%;height:auto}
svg text{font-size:11px;fill:var(--ink2);
stroke:var(--card);stroke-width:3px;paint-order:stroke}.grid{stroke:var(--line)}
polyline{fill:none;stroke:currentColor;stroke-width:1.75;stroke-linejoin:round}
g circle,.filled{fill:currentColor}.best,.hollow{fill:var(--card);stroke:currentColor;
stroke-width:1.5}table{border-collapse:collapse;width:100%}
td,th{padding:4px 8px 4px 0;text-align:left;border-bottom:1px solid var(--line);
overflow-wrap:anywhere}th{font-weight:500;color:var(--ink2);
overflow-wrap:break-word}.n{white-space:nowrap}
.c1{color:var(--c1)}.c2{color:var(--c2)}.c3{color:var(--c3)}.c4{color:var(--c4)}
.c5{color:var(--c5)}section h2{margin-top:0}
.ridge path{fill:var(--card);fill:color-mix(in srgb,var(--c1) 26%,var(--card));
stroke:currentColor;
stroke-width:.8}.event{stroke:var(--ink2);stroke-dasharray:3 3}
figure p{font-size:12px;margin:4px 0}figure,section{break-inside:avoid}
@media print{:root{color-scheme:light;--bg:#fff;--card:#fff;--ink:#000;--ink2:#333;
--line:#ccc;--c1:#0b4dc2;--c2:#a62b1e;--c3:#0c9478;--c4:#9a6cc0;--c5:#ad7f00}
body{margin:0;max-width:none;print-color-adjust:exact;font-size:11px;line-height:16px}
main{display:block;columns:2;column-gap:16px;padding:0 1px}
figure,section{margin-bottom:12px}section{break-inside:auto;
box-decoration-break:clone;-webkit-box-decoration-break:clone}
tr{break-inside:avoid}h2{break-after:avoid}
h2,figure ul,figure p{font-size:inherit}}
"""


def report_html(document: TrainingMetrics) -> str:
    """The whole page."""
    title = f"Training run {document.run.get('quick_test_id', '')}".strip()
    drawn = figures(document)
    nothing = "<p>No epoch was recorded.</p>" if not drawn else ""
    run = document.run
    first = diagnosis_section(document.diagnosis)
    first += recall_table(document.final_metrics)
    first += table("Evaluation protocol", run.get("evaluation", {}))
    tables = (
        table("Final metrics", others(document.final_metrics))
        + table("Parameters", document.params)
        + table("Data", run.get("data", {}))
        + table("Versions", run.get("versions", {}))
        + anomalies_section(document.anomalies)
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>"
        f"<h1>{escape(title)}</h1>{_facts(document)}{nothing}"
        f"<main>{first}{drawn}{tables}</main></html>"
    )


def _facts(document: TrainingMetrics) -> str:
    epochs = document.epochs
    span = f", epochs {epochs[0]} to {epochs[-1]}" if epochs else ""
    status = escape(document.status or "unknown status")
    at = document.saved_at
    saved = f"{at:%Y-%m-%d %H:%M:%S} UTC" if at else "at a time it does not say"
    facts = f"<p>{status}{span}, saved {saved}</p>"
    if document.error:
        facts += f"<p><b>Why:</b> {escape(document.error.message)}</p>"
    return facts


def main(arguments: list[str]) -> int:
    """Writes the report of one document; 0 done, 2 refused."""
    if len(arguments) != 2:
        print("usage: python -m components.report DOCUMENT OUTPUT", file=sys.stderr)
        return 2
    place, output = arguments
    try:
        page = report_html(read_document(place).document)
        Path(output).write_text(page, encoding="utf-8")
    except TrainingMetricsError as error:
        print(f"report: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"report: {output}: {error.strerror}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
