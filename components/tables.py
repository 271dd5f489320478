"""The report's tables: metrics at k, and names beside values."""

import re
from collections.abc import Mapping
from html import escape
from typing import Any

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
    head = "".join(f'<th class="n">@{k}</th>' for k in columns)
    rows = "".join(
        f"<tr><th>{name_html(name)}</th>"
        + "".join(f'<td class="n">{_short(row.get(k))}</td>' for k in columns)
        + "</tr>"
        for name, row in at_k.items()
    )
    return section("Metrics at k", f"<tr><th></th>{head}</tr>{rows}")


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
        f"<tr><th>{name_html(name)}</th><td>{text(value)}</td></tr>"
        for name, value in flat.items()
    ]
    return section(title, cut(rows))


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


def name_html(name: str) -> str:
    """A name that may go on in a new line after an underscore or a dot."""
    return re.sub(r"([_.])", r"\1<wbr>", escape(name))


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def cut(rows: list[str]) -> str:
    """The first rows, and how many are left out."""
    left = len(rows) - _ROWS_LIMIT
    more = f"<tr><td>{left} more are in the document.</td></tr>" if left > 0 else ""
    return "".join(rows[:_ROWS_LIMIT]) + more


def section(title: str, rows: str) -> str:
    """A table under its title, or "" without a row."""
    return f"<section><h2>{title}</h2><table>{rows}</table></section>" if rows else ""
