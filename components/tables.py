"""The report's tables: recall with its protocol, finals, parameters, events."""

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from pydantic import BaseModel

from training_metrics.document import Anomaly

_ROWS_LIMIT = 200
_AT_K = re.compile(r"(.+)_at_(\d+)")


def recall_table(finals: Mapping[str, float | None]) -> str:
    """A row for each final metric at k, such as `test_recall`, a column for each k."""
    at_k: dict[str, dict[int, float | None]] = {}
    for name, value in finals.items():
        if matched := _AT_K.fullmatch(name):
            at_k.setdefault(matched[1], {})[int(matched[2])] = value
    if not at_k:
        return ""
    columns = sorted({k for row in at_k.values() for k in row})
    head = "".join(f"<th>@{k}</th>" for k in columns)
    rows = "".join(
        f"<tr><th>{escape(name)}</th>"
        + "".join(f"<td>{_short(row.get(k))}</td>" for k in columns)
        + "</tr>"
        for name, row in at_k.items()
    )
    return _section("Metrics at k", f"<tr><th></th>{head}</tr>{rows}")


def others(finals: Mapping[str, float | None]) -> dict[str, float | None]:
    """The final metrics that `recall_table` does not show."""
    return {name: v for name, v in finals.items() if not _AT_K.fullmatch(name)}


def table(title: str, values: Mapping[str, Any]) -> str:
    """Names and values; a mapping inside gets a row for each of its own names."""
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            flat |= {f"{name}.{inner}": each for inner, each in value.items()}
        else:
            flat[str(name)] = value
    rows = [
        f"<tr><th>{escape(name)}</th><td>{text(value)}</td></tr>"
        for name, value in flat.items()
    ]
    return _section(title, _cut(rows))


def listed(title: str, events: Iterable[BaseModel]) -> str:
    """A row for each event, with all that the document says of it."""
    rows = [
        "<tr><td>"
        + ", ".join(
            f"{escape(key)} {text(value)}"
            for key, value in event.model_dump(mode="json", exclude_none=True).items()
        )
        + "</td></tr>"
        for event in events
    ]
    return _section(title, _cut(rows))


def anomalies_table(anomalies: Iterable[Anomaly]) -> str:
    """A row for each series and kind: how often, from which epoch to which."""
    grouped: dict[tuple[str, str], list[int | None]] = {}
    for anomaly in anomalies:
        grouped.setdefault((anomaly.path, anomaly.kind), []).append(anomaly.epoch)
    rows = []
    for (path, kind), found in grouped.items():
        epochs = [epoch for epoch in found if epoch is not None]
        where = f", epochs {min(epochs)} to {max(epochs)}" if epochs else ""
        said = f"{kind}, {len(found)} ×{where}"
        rows.append(f"<tr><th>{escape(path)}</th><td>{escape(said)}</td></tr>")
    return _section("Anomalies", _cut(rows))


def text(value: Any) -> str:
    """A value as HTML: six digits of a float, a list's items, a dash for none."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    said = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return escape(said[:2000])


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def _cut(rows: list[str]) -> str:
    left = len(rows) - _ROWS_LIMIT
    more = f"<tr><td>{left} more are in the document.</td></tr>" if left > 0 else ""
    return "".join(rows[:_ROWS_LIMIT]) + more


def _section(title: str, rows: str) -> str:
    return f"<section><h2>{title}</h2><table>{rows}</table></section>" if rows else ""
