"""Whether exported tables belong together; where not, which line shows it.

A table cut off between two lines is whole CSV. It shows in rows that point at rows
which are not there, and in `latest_metrics`, which names the last point of each key.
"""

import sqlite3

from ml_platform.mlflow_exit.errors import FolderRefused

_KEYS = {
    "experiments": ["experiment_id"],
    "runs": ["run_uuid"],
    "metrics": ["key", "timestamp", "step", "run_uuid", "value", "is_nan"],
    "params": ["key", "run_uuid"],
    "tags": ["key", "run_uuid"],
    "experiment_tags": ["key", "experiment_id"],
}
_POINTS_AT = [
    ("runs", "experiment_id", "experiments"),
    ("metrics", "run_uuid", "runs"),
    ("params", "run_uuid", "runs"),
    ("tags", "run_uuid", "runs"),
    ("experiment_tags", "experiment_id", "experiments"),
]
_TOGETHER = "export all tables again in one transaction, see docs/mlflow-exit.md"
_LATEST_LACKING = """SELECT latest_metrics.rowid FROM latest_metrics
    WHERE NOT EXISTS (
        SELECT 1 FROM metrics WHERE metrics.run_uuid = latest_metrics.run_uuid
        AND metrics.key = latest_metrics.key AND metrics.step = latest_metrics.step
        AND metrics.value = latest_metrics.value
        AND metrics.timestamp = latest_metrics.timestamp)
    ORDER BY 1 LIMIT 1"""
_NEVER_LATEST = """SELECT MIN(rowid) FROM metrics
    WHERE NOT EXISTS (
        SELECT 1 FROM latest_metrics WHERE latest_metrics.run_uuid = metrics.run_uuid
        AND latest_metrics.key = metrics.key)"""


def refuse_contradictions(
    tables: sqlite3.Connection, columns: dict[str, list[str]]
) -> None:
    """Checks tables whose row ids are the lines of their files.

    Raises:
        FolderRefused: Naming the first line that contradicts another file.
    """
    for table, keys in _KEYS.items():
        if table in columns:
            _refuse_doubles(tables, table, [k for k in keys if k in columns[table]])
    for table, column, other in _POINTS_AT:
        if table in columns:
            _refuse_strays(tables, table, column, other)
    if "latest_metrics" in columns and "step" in columns["metrics"]:
        lacking = _first(tables, _LATEST_LACKING)
        received = "names a point that metrics.csv lacks"
        _refuse(lacking, "latest_metrics", received)
        received = "a key of a run that latest_metrics.csv lacks"
        _refuse(_first(tables, _NEVER_LATEST), "metrics", received)


def _refuse_doubles(tables: sqlite3.Connection, table: str, keys: list[str]) -> None:
    listed = ", ".join(f'"{key}"' for key in keys)
    line = _first(
        tables,
        f"SELECT MAX(rowid) FROM {table} GROUP BY {listed} HAVING COUNT(*) > 1 LIMIT 1",
    )
    _refuse(line, table, f"a second row of the same {', '.join(keys)}")


def _refuse_strays(
    tables: sqlite3.Connection, table: str, column: str, other: str
) -> None:
    line = _first(
        tables,
        f"SELECT MIN(rowid) FROM {table} WHERE {column} NOT IN "
        f"(SELECT {column} FROM {other})",
    )
    _refuse(line, table, f"column {column} names no row of {other}.csv")


def _first(tables: sqlite3.Connection, sql: str) -> int | None:
    row = tables.execute(sql).fetchone()
    return row[0] if row else None


def _refuse(line: int | None, table: str, received: str) -> None:
    if line is not None:
        raise FolderRefused(f"{table}.csv", line, received, _TOGETHER)
