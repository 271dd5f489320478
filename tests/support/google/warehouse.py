"""A program of the app's environment: one query of DuckDB over Parquet files.

What the loopback BigQuery cannot do in the trainer's environment, which has no DuckDB.
It takes one JSON object (`tables`: name to file, `query`, and `folder` to write the
answer to, if it is to be run) and prints one: the statement's kind, its columns in
BigQuery's types, the tables it reads, or the error. The files are as BigQuery exports
them: its types, no schema of Arrow's, as many as it likes and some of them empty.

Source: https://cloud.google.com/bigquery/docs/exporting-data#parquet_export_details
"""

import json
import sys
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

FILES = 3
_TYPES = {
    "BIGINT": ("INTEGER", pa.int64()),
    "DOUBLE": ("FLOAT", pa.float64()),
    "DECIMAL(38,9)": ("NUMERIC", pa.decimal128(38, 9)),
    "VARCHAR": ("STRING", pa.string()),
    "BOOLEAN": ("BOOLEAN", pa.bool_()),
    "DATE": ("DATE", pa.date32()),
    "TIMESTAMP": ("DATETIME", pa.timestamp("us")),
    "TIMESTAMP WITH TIME ZONE": ("TIMESTAMP", pa.timestamp("us", tz="UTC")),
}


def main() -> None:
    """Answers the one question on standard input."""
    asked = json.load(sys.stdin)
    try:
        told = answer(asked["tables"], asked["query"], asked.get("folder"))
    except (duckdb.ParserException, duckdb.BinderException) as error:
        told = _error("invalidQuery", error)
    except duckdb.CatalogException as error:
        told = _error("notFound", error)
    json.dump(told, sys.stdout)


def answer(tables: dict[str, str], query: str, folder: str | None) -> dict[str, Any]:
    """Runs the query, or only looks at it where there is no folder."""
    query = query.replace("`", '"')
    connection = duckdb.connect()
    for name, file in tables.items():
        made = f"CREATE TABLE \"{name}\" AS FROM read_parquet('{file}')"
        connection.execute(made)
    statements = connection.extract_statements(query)
    if len(statements) > 1:
        return {"statement": "SCRIPT"}
    kind = statements[0].type.name
    if kind != "SELECT":
        return {"statement": kind}
    found = connection.sql(query)
    kinds = [str(kind) for kind in found.types]
    told: dict[str, Any] = {
        "statement": kind,
        "columns": [
            {"name": name, **_column(kind)}
            for name, kind in zip(found.columns, kinds, strict=True)
        ],
        "tables": sorted(connection.get_table_names(query)),
    }
    if folder:
        schema = [
            (name, _TYPES[kind][1])
            for name, kind in zip(found.columns, kinds, strict=True)
        ]
        write(found.to_arrow_table().cast(pa.schema(schema)), Path(folder))
    return told


def write(table: pa.Table, folder: Path) -> None:
    """Writes files of about as many lines each; the first one holds none."""
    parts = [table.slice(0, 0)]
    if len(table):
        step = -(-len(table) // (FILES - 1))
        parts += [table.slice(start, step) for start in range(0, len(table), step)]
    for number, part in enumerate(parts):
        file = folder / f"{number:012}.parquet"
        pq.write_table(part, file, compression="snappy", store_schema=False)


def _column(kind: str) -> dict[str, str]:
    mode = "REPEATED" if kind.endswith("[]") else "NULLABLE"
    name = kind.removesuffix("[]")
    told = "RECORD" if name.startswith("STRUCT") else _TYPES.get(name, ("OTHER",))[0]
    return {"type": told, "mode": mode}


def _error(reason: str, error: Exception) -> dict[str, Any]:
    return {"error": {"reason": reason, "message": str(error).splitlines()[0]}}


if __name__ == "__main__":
    main()
