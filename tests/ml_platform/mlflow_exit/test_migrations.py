"""An archive of a row a point becomes one of columns, and back, without its source."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from ml_platform.mlflow_exit.models import ArchivedPoints, ArchivedRun
from tests.ml_platform.mlflow_exit.conftest import Exit

ROWS, COLUMNS = "0003_teardown", "0006_no_row_a_point"


def migrated(name: str) -> Any:
    """Goes to a migration of the app; returns its models of then."""
    target = [("mlflow_exit", name)]
    return MigrationExecutor(connection).migrate(target).apps


@pytest.mark.django_db(transaction=True)
def test_rows_become_columns_and_columns_rows(
    mlflow_exit: Exit, run_id: Callable[[str], str]
) -> None:
    mlflow_exit("import")
    columns = list(ArchivedPoints.objects.order_by("pk").values())
    digests = dict(ArchivedRun.objects.values_list("run_id", "digest"))
    try:
        then = migrated(ROWS)
        rows = then.get_model("mlflow_exit", "ArchivedPoint").objects
        odd = rows.filter(run__run_id=run_id("nasty"), key="odd").order_by("step")
        assert [row.is_nan for row in odd] == [False, False, False, True, False]
        assert rows.count() == 220
        old = then.get_model("mlflow_exit", "ArchivedRun").objects
        assert (
            dict(old.values_list("run_id", "digest"))
            .items()
            .isdisjoint(digests.items())
        )
    finally:
        migrated(COLUMNS)
    assert list(ArchivedPoints.objects.order_by("pk").values()) == columns
    assert dict(ArchivedRun.objects.values_list("run_id", "digest")) == digests
    assert mlflow_exit("verify")[0] == 0
