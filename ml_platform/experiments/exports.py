"""Downloads: the series as CSV, and names of files that no run's name can abuse."""

import csv
import io
import re
from collections.abc import Collection, Iterator
from typing import Any

from ml_platform.experiments.models import QuickTest
from ml_platform.experiments.presenters.run_columns import Column
from training_metrics.document import TrainingMetrics

_NOT_FINITE = {"nan": "NaN", "+inf": "Infinity", "-inf": "-Infinity"}
# A spreadsheet takes a cell that starts with one of these for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def series_csv(document: TrainingMetrics, only: Collection[str] = ()) -> str:
    """Returns a line an epoch and a column a series.

    An absent value is an empty cell; NaN and the infinities stand by name.

    Args:
        document: All of its epochs are written.
        only: Names of series such as `loss.val_loss`; every series where empty.
    """
    whole = document.model_dump(mode="json")
    series = dict(_named_series(whole))
    if only:
        series = {name: series[name] for name in series if name in only}
    marks = {
        (mark.get("path"), mark.get("epoch")): _NOT_FINITE.get(str(mark.get("kind")))
        for mark in whole.get("anomalies", [])
    }
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["epoch", *(text_cell(name) for name in series)])
    for index, epoch in enumerate(whole["epochs"]):
        cells = (
            (marks.get((name, epoch)) or "") if values[index] is None else values[index]
            for name, values in series.items()
        )
        writer.writerow([epoch, *cells])
    return out.getvalue()


def runs_csv(runs: list[QuickTest], columns: list[Column]) -> str:
    """Returns a line a run with the columns' full values; absent is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.key for column in columns])
    for run in runs:
        values = [column.value(run) for column in columns]
        writer.writerow([text_cell(v) if isinstance(v, str) else v for v in values])
    return out.getvalue()


def text_cell(text: str) -> str:
    """Returns the text so that no spreadsheet runs it."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def download_name(run: QuickTest, suffix: str) -> str:
    """Returns a plain ASCII file name that starts with the run's number."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", run.name).strip("-.")[:60]
    return f"run-{run.number}{'-' if plain else ''}{plain}.{suffix}"


def _named_series(whole: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    for group in ("loss", "gradient", "metrics"):
        for name, values in whole.get(group, {}).items():
            yield f"{group}.{name}", values
    for group in ("weight_stats", "gradient_stats"):
        for tower, stats in whole.get(group, {}).items():
            for name, values in stats.items():
                if isinstance(values, list):
                    yield f"{group}.{tower}.{name}", values
