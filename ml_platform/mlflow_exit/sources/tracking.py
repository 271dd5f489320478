"""An MLflow tracking database, read by column name, one run at a time.

Old schemas lack columns and tables; what lacks is said in `lacking`, with what is
taken in its place. Rows whose run is gone (orphans) are found and read like a run.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ml_platform.mlflow_exit.bits import INFINITY_IN_MLFLOW
from ml_platform.mlflow_exit.errors import RunUnreadable, SourceRefused
from ml_platform.mlflow_exit.points import Points
from ml_platform.mlflow_exit.runs import HeldExperiment, HeldRun
from ml_platform.mlflow_exit.sources.database import Database, Row
from ml_platform.mlflow_exit.sources.source import RunCounts, in_order

_REQUIRED = {
    "experiments": {"experiment_id", "name"},
    "runs": {"run_uuid", "status", "experiment_id"},
    "metrics": {"key", "value", "timestamp", "run_uuid"},
    "params": {"key", "value", "run_uuid"},
    "tags": {"key", "value", "run_uuid"},
}
_OPTIONAL = {
    ("metrics", "step"): "every point is read as step 0",
    ("metrics", "is_nan"): "no point is read as NaN",
    ("runs", "deleted_time"): "when runs were deleted is not known",
    ("experiment_tags", "key"): "experiments have no tags",
}
# `latest_metrics` is derived from `metrics`; `alembic_version` is the schema's.
_NOT_DATA = {"latest_metrics", "alembic_version", "experiment_tags"}
# What a point's cells are: key, step, value, time, NaN flag.
_KINDS: tuple[set[type], ...] = ({str}, {int}, {float, int}, {int}, {bool, int})


class TrackingSource:
    """Reads experiments and runs from a database.

    Attributes:
        label: names the source, without a password.
        lacking: a line for each column or table that this schema has not.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.label = database.label
        self._columns = database.columns(*_REQUIRED, "experiment_tags")
        self._refuse_what_is_not_mlflow()
        self.lacking = [
            f"{table}.{column}: absent in this schema, {taken}"
            for (table, column), taken in _OPTIONAL.items()
            if not self._has(table, column)
        ]

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Makes the reads inside see one state; keep it as short as a run."""
        with self._database.snapshot():
            yield

    def experiments(self) -> list[HeldExperiment]:
        """Returns every experiment, deleted ones too, in order of their ids."""
        rows = self._dicts("experiments")
        tags = self._experiment_tags()
        held = []
        for row in rows:
            experiment_id = str(row["experiment_id"])
            own = tags.get(experiment_id, [])
            held.append(HeldExperiment(experiment_id, row, own))
        return in_order(held)

    def run_ids(self) -> list[str]:
        """Returns the id of every run, and of every run that rows still point at."""
        # Each table's by its index, which a union of all rows would not use.
        union = " UNION ALL ".join(
            f"SELECT DISTINCT run_uuid FROM {table}"
            for table in ("runs", "metrics", "params", "tags")
        )
        return sorted({row[0] for row in self._database.rows(union)})

    def run_columns(self, run_id: str) -> dict[str, Any]:
        """Returns the row of `runs` by column name; empty for an orphan."""
        rows = self._dicts("runs", run_id)
        return rows[0] if rows else {}

    def run(self, run_id: str) -> HeldRun:
        """Returns everything of one run, from one state of the database."""
        with self.snapshot():
            return HeldRun(
                run_id,
                self.run_columns(run_id),
                self._points(run_id),
                self._pairs("params", run_id),
                self._pairs("tags", run_id),
            )

    def counts(self, run_id: str) -> RunCounts:
        """Counts a run's rows in the database, reading none of them."""
        nan = "is_nan" if self._has("metrics", "is_nan") else "NULL"
        limit = repr(INFINITY_IN_MLFLOW)
        if_nan = f"CASE WHEN {nan} THEN 1 END" if nan == "is_nan" else "NULL"
        ((points, nans, infinite),) = self._database.rows(
            f"SELECT COUNT(*), COUNT({if_nan}), COUNT(CASE WHEN value >= {limit} "
            f"OR value <= -{limit} THEN 1 END) FROM metrics WHERE run_uuid = ?",
            run_id,
        )
        params, tags = (
            self._database.rows(
                f"SELECT COUNT(*) FROM {table} WHERE run_uuid = ?", run_id
            )[0][0]
            for table in ("params", "tags")
        )
        return RunCounts(points, nans, infinite, params, tags)

    def parents(self) -> dict[str, str]:
        """Returns the parent's id of every nested run."""
        rows = self._database.rows(
            """SELECT run_uuid, value FROM tags WHERE "key" = ?""",
            "mlflow.parentRunId",
        )
        return dict(rows)

    def tables_left(self) -> dict[str, int]:
        """Returns tables that hold rows which are not read here, with their counts."""
        others = sorted(set(self._database.columns()) - set(_REQUIRED) - _NOT_DATA)
        counts = {
            table: self._database.rows(f'SELECT COUNT(*) FROM "{table}"')[0][0]
            for table in others
        }
        return {table: count for table, count in counts.items() if count}

    def _points(self, run_id: str) -> Points:
        step = "step" if self._has("metrics", "step") else "0"
        nan = "is_nan" if self._has("metrics", "is_nan") else "0"
        rows = self._database.rows(
            f'SELECT "key", {step}, value, "timestamp", {nan} FROM metrics '
            "WHERE run_uuid = ?",
            run_id,
        )
        try:
            return Points.of(*(zip(*rows, strict=True) if rows else [()] * len(_KINDS)))
        except TypeError as error:
            raise _unreadable(run_id, rows) from error

    def _pairs(self, table: str, run_id: str) -> list[tuple[str, str | None]]:
        rows = self._database.rows(
            f'SELECT "key", value FROM {table} WHERE run_uuid = ?', run_id
        )
        return [(key, value) for key, value in rows]

    def _experiment_tags(self) -> dict[str, list[tuple[str, str | None]]]:
        found: dict[str, list[tuple[str, str | None]]] = {}
        if self._has("experiment_tags", "key"):
            for experiment_id, key, value in self._database.rows(
                'SELECT experiment_id, "key", value FROM experiment_tags'
            ):
                found.setdefault(str(experiment_id), []).append((key, value))
        return {one: sorted(pairs, key=repr) for one, pairs in found.items()}

    def _dicts(self, table: str, run_id: str | None = None) -> list[dict[str, Any]]:
        names = self._columns[table]
        listed = ", ".join(f'"{name}"' for name in names)
        sql = f"SELECT {listed} FROM {table}"
        if run_id is None:
            rows = self._database.rows(sql)
        else:
            rows = self._database.rows(f"{sql} WHERE run_uuid = ?", run_id)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _has(self, table: str, column: str) -> bool:
        return column in self._columns.get(table, ())

    def _refuse_what_is_not_mlflow(self) -> None:
        absent = [
            f"{table}.{column}"
            for table, columns in _REQUIRED.items()
            for column in sorted(columns)
            if not self._has(table, column)
        ]
        if absent:
            raise SourceRefused(
                self.label,
                f"{', '.join(absent[:5])} not there, so it is no MLflow database",
                "give the address of MLflow's --backend-store-uri",
            )


def _unreadable(run_id: str, rows: list[Row]) -> RunUnreadable:
    """Names the first cell that is none of a point: SQLite keeps any in any column."""
    key, step, cell = next(
        (row[0], row[1], cell)
        for row in rows
        for kinds, cell in zip(_KINDS, row, strict=True)
        if type(cell) not in kinds
    )
    return RunUnreadable(run_id, key, step, repr(cell))
