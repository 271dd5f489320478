"""The table that ends a run: data, epochs, test numbers, time, places.

Everything in it is read from the run's own document.
"""

from typing import Any

from rich.console import Console
from rich.table import Table

from pipelines.runs import Run
from pipelines.steps import TITLES, StepList
from training_metrics.errors import TrainingMetricsError
from training_metrics.reading import read_document

RECALL_AT = (5, 10, 50, 100)
ERRORS = {"rmse": "RMSE", "mae": "MAE"}


def print_closing_table(
    run: Run, steps: StepList, seconds: float, console: Console
) -> None:
    """Prints the table, whatever became of the run."""
    uri = f"{run.artifacts_uri}/training_metrics.json"
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    try:
        document = read_document(uri).document
    except TrainingMetricsError as error:
        table.add_row("Document", str(error))
    else:
        for row in _document_rows(document):
            table.add_row(*row)
    for step, took in steps.seconds.items():
        table.add_row(TITLES.get(step, step), f"{took:.1f} s")
    table.add_row("Whole run", f"{seconds:.1f} s")
    table.add_row("Artifacts", run.artifacts_uri)
    console.print()
    console.print(table, highlight=False, markup=False)


def _document_rows(document: Any) -> list[tuple[str, str]]:
    rows = [("Status", document.status)]
    data = document.run.get("data", {})
    if "rows_kept" in data:
        kept = f"{data['rows_kept']:,} of {data['rows_read']:,} kept"
        rows.append(("Rows", kept))
    rows.append(("Epochs", str(len(document.epochs))))
    finals = document.final_metrics
    for k in RECALL_AT:
        recall = finals.get(f"test_recall_at_{k}")
        popularity = finals.get(f"test_popularity_recall_at_{k}")
        if recall is not None:
            rows.append((f"Test recall@{k}", _beside(recall, popularity)))
    for name, title in ERRORS.items():
        error = finals.get(f"test_{name}")
        if error is not None:
            constant = finals.get(f"test_train_mean_{name}")
            said = "" if constant is None else f"   train's mean {constant:7.4f}"
            rows.append((f"Test {title}", f"{error:7.4f}{said}"))
    if (auc := finals.get("test_auc_roc")) is not None:
        rows.append(("Test AUC", f"{auc:7.4f}"))
    return rows


def _beside(recall: float, popularity: float | None) -> str:
    text = f"{recall:7.2%}"
    if popularity is None:
        return text
    text += f"   popularity {popularity:7.2%}"
    return text + (f"   ×{recall / popularity:.1f}" if popularity else "")
