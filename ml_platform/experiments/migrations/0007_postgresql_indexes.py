"""What PostgreSQL needs so that lists of a million runs stay quick; SQLite needs none.

Sorted descending, runs without the value come last, which no plain index there gives.
Params are found by containment, names by trigrams where the server's role may use the
extension `pg_trgm`; without it a search by name reads the table.
"""

from typing import Any

from django.db import DatabaseError, migrations, transaction

_TABLE = "experiments_quicktest"
_SORTED = (
    "started_at",
    "best_val_loss",
    "test_loss",
    "test_recall_at_5",
    "test_recall_at_10",
    "test_recall_at_50",
    "test_recall_at_100",
    "test_auc_roc",
    "test_rmse",
)
_INDEXES = {
    **{
        f"run_{column}_desc": f"({column} DESC NULLS LAST, number DESC)"
        for column in _SORTED
    },
    "run_params": "USING gin (params jsonb_path_ops)",
}
_NAMES = "run_name_trigrams"


def create(apps: Any, schema_editor: Any) -> None:
    """Creates the indexes; the one of names only where that is allowed."""
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    for name, what in _INDEXES.items():
        schema_editor.execute(f"CREATE INDEX {name} ON {_TABLE} {what}")
    with connection.cursor() as cursor:
        try:
            with transaction.atomic(using=connection.alias):
                cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
                cursor.execute(
                    f"CREATE INDEX {_NAMES} ON {_TABLE} "
                    "USING gin (upper(name) gin_trgm_ops)"
                )
        except DatabaseError:
            print("pg_trgm may not be used here: a search by name reads the table")


def drop(apps: Any, schema_editor: Any) -> None:
    """Drops the indexes; the extension stays, others may use it."""
    if schema_editor.connection.vendor == "postgresql":
        for name in (*_INDEXES, _NAMES):
            schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):
    """Indexes that the models cannot name, as only one database has them."""

    dependencies = [("experiments", "0006_sorted_lists")]
    operations = [migrations.RunPython(create, drop)]
