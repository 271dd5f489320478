"""A tracking database as a folder of CSV files, as psql's `\\copy` writes them."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

TABLES = ("experiments", "experiment_tags", "runs", "metrics", "params", "tags")
TABLES += ("latest_metrics",)


def export(
    tracking: Path,
    folder: Path,
    headed: bool = True,
    turned: bool = False,
    without: tuple[str, ...] = (),
) -> Path:
    """Writes every table; `turned` reverses the columns, `without` leaves some out."""
    folder.mkdir()
    with closing(sqlite3.connect(tracking)) as connection:
        for table in TABLES:
            cursor = connection.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in cursor.description]
            kept = [at for at, name in enumerate(names) if name not in without]
            kept = kept[::-1] if turned else kept
            lines = [",".join(names[at] for at in kept)] if headed else []
            for row in cursor:
                lines.append(",".join(_field(row[at], names[at]) for at in kept))
            text = "".join(line + "\n" for line in lines)
            (folder / f"{table}.csv").write_text(text, newline="\n")
    return folder


def _field(value: Any, name: str) -> str:
    if name == "is_nan":
        return "t" if value else "f"
    if value is None:
        return ""
    text = repr(value) if isinstance(value, float) else str(value)
    if text == "" or set(text) & set('",\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text
