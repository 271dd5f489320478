"""The rows of a backup, table by table, as the new database takes them.

A column or table that the new schema lacks is no loss where it is empty. Where it is
not, and wherever a value has no place, the row is named and nothing is written.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ml_platform.mlflow_exit.errors import FolderRefused, RestoreRefused
from ml_platform.mlflow_exit.manifest import Manifest, fetched
from ml_platform.mlflow_exit.restoring.target import Fit, Fits, Target
from ml_platform.mlflow_exit.sources.fields import Field, rows_of

NOT_RESTORED = frozenset({"alembic_version"})
"""The new schema's own."""

SEEDS: dict[str, tuple[str, list[Any]]] = {
    "experiments": ("experiment_id", [0]),
    "workspaces": ("name", ["default"]),
}
"""What MLflow puts into a new database: a table's column with all its values."""

_MAKE_ALIKE = (
    "let the MLflow that the backup is of make the tables, restore, "
    "then `mlflow db upgrade`"
)


def refuse_unfit(target: Target, tables: dict[str, Fits]) -> None:
    """Refuses a database without MLflow's tables, or with rows of somebody.

    Raises:
        RestoreRefused: It is one of these.
    """
    lacking = sorted({"experiments", "runs", "metrics"} - tables.keys())
    if lacking:
        raise RestoreRefused(
            target.label,
            f"no table {lacking[0]}; let the new MLflow make its tables first: "
            "MLFLOW_TRACKING_URI=… mlflow experiments search",
        )
    for table in sorted(tables.keys() - NOT_RESTORED):
        column, seeds = SEEDS.get(table, (next(iter(tables[table])), []))
        found = target.rows(table, column, len(seeds) + 1)
        if found not in ([], seeds):
            raise RestoreRefused(
                target.label,
                f"table {table} holds rows; give a database that is new",
            )


def refuse_homeless(
    target: Target, tables: dict[str, Fits], manifest: Manifest
) -> None:
    """Refuses a backup with rows that the new schema has no table for.

    Raises:
        RestoreRefused: Naming the tables.
    """
    homeless = sorted(
        f"{table} ({held.rows} rows)"
        for table, held in manifest.tables.items()
        if held.rows and table not in tables.keys() | NOT_RESTORED
    )
    if homeless:
        received = f"no table {', '.join(homeless)}; {_MAKE_ALIKE}"
        raise RestoreRefused(target.label, received)


def in_order(target: Target, tables: set[str]) -> list[str]:
    """Returns the tables so that each comes after those that its rows point into."""
    parents, placed = target.parents(), list[str]()
    while left := sorted(tables - set(placed)):
        free = [
            table
            for table in left
            if not (parents.get(table, set()) & tables) - {table, *placed}
        ]
        # A ring of tables has no order; the database says what it cannot take.
        placed += free or left
    return placed


def fitted(
    target: Target, place: str, manifest: Manifest, table: str, fits: Fits
) -> Iterator[list[Any]]:
    """Yields a table's rows, only the columns that the new table has.

    Raises:
        FolderRefused: A file is not as the manifest has it.
        RestoreRefused: A value has no place in the new table.
    """
    held = manifest.tables[table]
    count = 0
    with tempfile.TemporaryDirectory(prefix="mlflow-exit-") as temporary:
        for file in held.files:
            path = fetched(place, file, Path(temporary))
            rows = rows_of(path)
            next(rows, None)  # The names.
            for line, row in rows:
                count += 1
                try:
                    yield _values(held.columns, row, fits)
                except ValueError as error:
                    where = f"{file.name}, line {line}: {error}"
                    raise RestoreRefused(target.label, where) from error
    if count != held.rows:
        received = f"{count} rows, the manifest has {held.rows}"
        raise FolderRefused(f"{table}.csv", None, received, "copy the backup again")


def _values(names: list[str], row: list[Field], fits: Fits) -> list[Any]:
    values = []
    for name, text in zip(names, row, strict=True):
        if name not in fits:
            if text is not None:
                raise ValueError(
                    f"no column {name}, which holds a value; {_MAKE_ALIKE}"
                )
        elif fit := fits[name]:
            values.append(None if text is None else _fitted(name, text, fit))
    return values


def _fitted(name: str, text: str, fit: Fit) -> Any:
    try:
        return fit(text)
    except ValueError as error:
        raise ValueError(f"column {name}: {text!r:.80}: {error}") from error
